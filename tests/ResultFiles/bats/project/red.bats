@test "passes" { true; }
@test "the leap day is billed" { echo "expected 29 <&>"; [ 28 -eq 29 ]; }
