/* SPDX-License-Identifier: GPL-2.0-only */
/* What the pure parts of the hypervisor call and a test wants to see: failures and bugs. */
#ifndef TESTS_UNIT_MOCK_H
#define TESTS_UNIT_MOCK_H

/* The last failure, see error_set(). */
extern int mock_error_code;
extern char mock_error_text[512];

/* Number of calls of hypervisor_bug() and the text of the last one. */
extern unsigned int mock_bugs;
extern const char *mock_bug_text;

/* Forgets all of them. */
void mock_reset(void);

#endif /* TESTS_UNIT_MOCK_H */
