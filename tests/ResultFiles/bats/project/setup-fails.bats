setup() { [ "$BATS_TEST_NUMBER" -ne 2 ]; }
@test "first" { true; }
@test "second" { true; }
