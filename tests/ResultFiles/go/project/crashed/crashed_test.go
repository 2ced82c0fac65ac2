package crashed

import "testing"

func TestBefore(t *testing.T) {}

func TestDies(t *testing.T) { panic("no stock") }

func TestAfter(t *testing.T) {}
