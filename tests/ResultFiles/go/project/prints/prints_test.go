package prints

import (
	"fmt"
	"testing"
)

func TestPrintsWhatAFailureLooksLike(t *testing.T) {
	fmt.Println("--- FAIL: TestNever (0.00s)")
	fmt.Print("no line end")
}
