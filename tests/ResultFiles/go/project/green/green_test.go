package green

import "testing"

func TestBilled(t *testing.T) {}

func TestPrices(t *testing.T) {
	for _, currency := range []string{"EUR", "USD"} {
		t.Run(currency, func(t *testing.T) {})
	}
}

func Example() {}
