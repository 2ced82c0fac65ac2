@test "before" { true; }
@test "dies" { kill -9 $$; }
@test "after" { true; }
