// server PORT FOLDER: as HttpPeer.java, on net/http.
package main

import (
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
)

func main() {
	port, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	folder := os.Args[2]
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "Hello, World!")
	})
	http.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) {
		io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"ok":true}`)
	})
	http.Handle("/files/", http.StripPrefix("/files/", http.FileServer(http.Dir(folder))))
	address := func(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }
	go func() { panic(http.ListenAndServe(address(port), nil)) }()
	secure := &http.Server{Addr: address(port + 1), TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){}}
	panic(secure.ListenAndServeTLS(folder+"/cert.pem", folder+"/key.pem"))
}
