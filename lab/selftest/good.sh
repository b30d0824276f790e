# wanted: 3 passed, 0 failed
check "true succeeds" true
check_fails "false fails with its text" "No such" ls /nowhere
expect_text "a text is found" "root" cat /etc/passwd
