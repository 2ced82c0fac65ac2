package hooks

import (
	"fmt"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	m.Run()
	fmt.Println("the server did not stop")
	os.Exit(1)
}

func TestPasses(t *testing.T) {}
