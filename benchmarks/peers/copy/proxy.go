// proxy PORT TARGET: copies one connection after another to the target with io.Copy, which splices.
package main

import (
	"io"
	"net"
	"os"
)

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	for {
		from, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		to, err := net.Dial("tcp", "127.0.0.1:"+os.Args[2])
		if err != nil {
			panic(err)
		}
		io.Copy(to, from)
		to.Close()
		from.Close()
	}
}
