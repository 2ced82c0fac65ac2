setup_file() { echo "no database"; return 1; }
@test "reads" { true; }
@test "writes" { true; }
