# wanted: 1 passed, 0 failed
# With others behind it in the same boot: what it leaves is a failure, its own and not the next one's.
check "nothing is wrong, says the scenario" true
echo 0 >/sys/devices/system/cpu/cpu3/online
