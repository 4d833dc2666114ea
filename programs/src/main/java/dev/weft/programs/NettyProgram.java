package dev.weft.programs;

import static dev.weft.programs.Report.require;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A Netty server on its own platform threads, and clients on virtual threads. */
final class NettyProgram implements Program {
  @Override
  public void check(Report report) throws Exception {
    Set<Thread> servers = ConcurrentHashMap.newKeySet();
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    Channel channel =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted.pipeline().addLast(echo(servers));
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .sync()
            .channel();
    int port = ((InetSocketAddress) channel.localAddress()).getPort();
    report.check("echoes for virtual threads", () -> Crowd.run(64, _ -> echo(port)));
    report.check(
        "its threads are its own",
        () -> {
          require(!servers.isEmpty() && servers.size() <= 2, "threads: " + servers);
          require(servers.stream().noneMatch(Thread::isVirtual), "virtual threads: " + servers);
        });
    report.check(
        "a virtual thread waits for it to stop",
        () -> {
          channel.close().sync();
          require(loops.shutdownGracefully().await(60, TimeUnit.SECONDS), "goes on");
        });
  }

  private static ChannelInboundHandlerAdapter echo(Set<Thread> servers) {
    return new ChannelInboundHandlerAdapter() {
      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        servers.add(Thread.currentThread());
        context.writeAndFlush(message);
      }
    };
  }

  private static void echo(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      DataInputStream in = new DataInputStream(socket.getInputStream());
      DataOutputStream out = new DataOutputStream(socket.getOutputStream());
      for (int i = 0; i < 200; i++) {
        out.writeInt(i);
        require(in.readInt() == i, "another number");
      }
    }
  }
}
