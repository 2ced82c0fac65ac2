@test "one" { skip "not today"; }
@test "two" { skip "not today"; }
