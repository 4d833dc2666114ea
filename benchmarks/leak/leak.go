// The first of three answers is taken; the others are sent to a channel that no goroutine receives from any more.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"time"
)

func answer(answers chan int, n int) {
	answers <- n // LEAK
}

func first() int {
	answers := make(chan int)
	for n := range 3 {
		go answer(answers, n)
	}
	return <-answers
}

func main() {
	sum := 0
	for range 10 {
		sum += first()
	}
	runtime.Gosched()
	time.Sleep(100 * time.Millisecond) // until all of them wait
	profile := pprof.Lookup("goroutineleak")
	if profile == nil {
		fmt.Println("this Go has no goroutineleak profile")
		os.Exit(1)
	}
	profile.WriteTo(os.Stdout, 1)
	_ = sum
}
