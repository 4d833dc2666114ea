// echo PORT: sends datagrams back, with the net package's cheapest calls (no allocation for the address).
package main

import (
	"net"
	"os"
)

func main() {
	addr, err := net.ResolveUDPAddr("udp4", "127.0.0.1:"+os.Args[1])
	if err != nil {
		panic(err)
	}
	conn, err := net.ListenUDP("udp4", addr)
	if err != nil {
		panic(err)
	}
	b := make([]byte, 65536)
	for {
		n, from, err := conn.ReadFromUDPAddrPort(b)
		if err != nil {
			panic(err)
		}
		conn.WriteToUDPAddrPort(b[:n], from)
	}
}
