package odd

import (
	"fmt"
	"testing"
)

func TestNames(t *testing.T) {
	for _, name := range []string{"with space", "a/b", "<&\">", "Ünï✓", "\x1b[31m", "", "same", "same"} {
		t.Run(name, func(t *testing.T) { fmt.Println("\x1b[31mred\x1b[0m \x00 \x07 ]]>") })
	}
}
