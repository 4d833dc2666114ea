// proxy PORT TARGET: a goroutine for each direction of each connection, with io.Copy, which splices.
package main

import (
	"io"
	"net"
	"os"
)

func pass(to, from *net.TCPConn, done chan struct{}) {
	io.Copy(to, from)
	to.CloseWrite()
	done <- struct{}{}
}

func serve(client *net.TCPConn) {
	defer client.Close()
	conn, err := net.Dial("tcp", "127.0.0.1:"+os.Args[2])
	if err != nil {
		return
	}
	target := conn.(*net.TCPConn)
	defer target.Close()
	done := make(chan struct{}, 2)
	go pass(target, client, done)
	pass(client, target, done)
	<-done
	<-done
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	for {
		client, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go serve(client.(*net.TCPConn))
	}
}
