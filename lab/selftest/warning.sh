# wanted: 1 passed, 1 failed, saying: trouble on the console
check "nothing is wrong, says the scenario" true
echo "<4>WARNING: something is wrong, says the kernel" >/dev/kmsg
sleep 1
