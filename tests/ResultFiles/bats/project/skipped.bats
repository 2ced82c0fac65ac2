@test "runs" { true; }
@test "waits" { skip "no network"; }
@test "waits without a reason" { skip; }
