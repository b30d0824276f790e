/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Error numbers. They leave the hypervisor as results of hypercalls, so they have the values and
 * the meaning of Linux. Functions return them negated.
 */
#ifndef CORE_ERRNO_H
#define CORE_ERRNO_H

#define EPERM	  1
#define ENOENT	  2
#define EIO	  5
#define E2BIG	  7
#define ENOEXEC	  8
#define EAGAIN	  11
#define ENOMEM	  12
#define EFAULT	  14
#define EBUSY	  16
#define EEXIST	  17
#define ENODEV	  19
#define EINVAL	  22
#define ERANGE	  34
#define ENOSYS	  38
#define ETIMEDOUT 110

#endif /* CORE_ERRNO_H */
