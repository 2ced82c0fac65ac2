package red

import "testing"

func TestPasses(t *testing.T) {}

func TestLeapDay(t *testing.T) { t.Error("expected 29 <&> \x1b[31mred\x1b[0m ]]>") }

func TestPrices(t *testing.T) {
	t.Run("EUR", func(t *testing.T) {})
	t.Run("USD", func(t *testing.T) { t.Fatal("no dollars") })
}
