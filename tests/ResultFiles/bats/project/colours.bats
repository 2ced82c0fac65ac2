@test "fails in colours" { printf '\033[31mred\033[0m \001 \377 ]]>\n'; false; }
