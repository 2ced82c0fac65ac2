teardown_file() { echo "still running"; return 1; }
@test "reads" { true; }
