# wanted: 2 passed, 0 failed
check "nothing is wrong, says the scenario" true
echo "<4>WARNING: this was to be expected" >/dev/kmsg
echo "<4>the last word" >/dev/kmsg
sleep 1000
