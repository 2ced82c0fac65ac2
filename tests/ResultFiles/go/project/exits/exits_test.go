package exits

import (
	"os"
	"testing"
)

func TestBefore(t *testing.T) {}

func TestEnds(t *testing.T) { os.Exit(3) }
