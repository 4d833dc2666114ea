package dev.weft.benchmarks.chan;

import com.softwaremill.jox.Channel;
import dev.weft.chan.Chan;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.SynchronousQueue;

/** What all that is compared can do. One benchmark run uses one implementation only. */
public interface Conduit {
  void send(Integer value) throws InterruptedException;

  Integer receive() throws InterruptedException;

  /** Whose conduits. */
  enum Maker {
    WEFT {
      @Override
      public Conduit make(int capacity) {
        Chan<Integer> channel = Chan.buffered(capacity);
        return new Conduit() {
          @Override
          public void send(Integer value) throws InterruptedException {
            channel.send(value);
          }

          @Override
          public Integer receive() throws InterruptedException {
            return channel.receive();
          }
        };
      }
    },

    JOX {
      @Override
      public Conduit make(int capacity) {
        Channel<Integer> channel =
            capacity == 0 ? Channel.newRendezvousChannel() : Channel.newBufferedChannel(capacity);
        return new Conduit() {
          @Override
          public void send(Integer value) throws InterruptedException {
            channel.send(value);
          }

          @Override
          public Integer receive() throws InterruptedException {
            return channel.receive();
          }
        };
      }
    },

    /** The JDK's counterpart: a synchronous queue without, an array queue with capacity. */
    JDK_QUEUE {
      @Override
      public Conduit make(int capacity) {
        var queue =
            capacity == 0
                ? new SynchronousQueue<Integer>()
                : new ArrayBlockingQueue<Integer>(capacity);
        return new Conduit() {
          @Override
          public void send(Integer value) throws InterruptedException {
            queue.put(value);
          }

          @Override
          public Integer receive() throws InterruptedException {
            return queue.take();
          }
        };
      }
    },

    /**
     * Hands over without capacity; with it, does not keep to any, so that its senders never wait.
     */
    TRANSFER_QUEUE {
      @Override
      public Conduit make(int capacity) {
        var queue = new LinkedTransferQueue<Integer>();
        return new Conduit() {
          @Override
          public void send(Integer value) throws InterruptedException {
            if (capacity == 0) {
              queue.transfer(value);
            } else {
              queue.put(value);
            }
          }

          @Override
          public Integer receive() throws InterruptedException {
            return queue.take();
          }
        };
      }
    };

    public abstract Conduit make(int capacity);
  }
}
