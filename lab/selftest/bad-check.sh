# wanted: 1 passed, 4 failed
check "false does not succeed" false
check_fails "success is no failure" "" true
check_fails "a failure with another text" "permission denied" ls /nowhere
expect_text "a text that is not there" "no such user" cat /etc/passwd
check "later checks still run" true
