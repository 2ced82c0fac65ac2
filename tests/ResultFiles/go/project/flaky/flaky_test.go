package flaky

import (
	"os"
	"testing"
)

func TestSteady(t *testing.T) {}

func TestSecondTimeLucky(t *testing.T) {
	if _, err := os.Stat("../tried"); err != nil {
		os.WriteFile("../tried", nil, 0o600)
		t.Fatal("the first time")
	}
}
