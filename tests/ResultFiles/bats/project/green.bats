@test "the cart is empty" { [ 1 -eq 1 ]; }
@test "odd <names> & \"quotes\" ✓ [31m" { true; }
@test "prints colours" { printf '\033[31mred\033[0m\n'; }
