package skipped

import "testing"

func TestRuns(t *testing.T) {}

func TestWaits(t *testing.T) { t.Skip("no network") }

func TestPrices(t *testing.T) {
	t.Run("EUR", func(t *testing.T) {})
	t.Run("USD", func(t *testing.T) { t.SkipNow() })
}
