/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The filter of calls. It names what is refused, not what is allowed: which harmless calls the C
 * library and GnuTLS make differs from version to version, and a reader must not fail for that. */
#include "base/confine-parts.h"

#include "base/attr.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Those whose calls take their arguments in the order that is looked at below, low half first. */
#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__) && defined(__AARCH64EL__)
#define ARCH AUDIT_ARCH_AARCH64
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCH AUDIT_ARCH_RISCV64
#endif

#ifdef ARCH

#define LOAD(field)    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, action)
#define FAIL(error)    RETURN(SECCOMP_RET_ERRNO | (error))
/* Where it is not that, the next (count) are skipped. */
#define IF_EQUAL(number, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, count)
#define IF_ANY(bits, count)     BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, bits, 0, count)
#define IF_FROM(number, count)  BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, number, 0, count)

#define REFUSE(name) IF_EQUAL(SYS_##name, 1), FAIL(EPERM)
/* The library then takes the older call. */
#define MISSING(name) IF_EQUAL(SYS_##name, 1), FAIL(ENOSYS)
/* Opening is for reading what is there. */
#define READ_ONLY(name, flags)                                                          \
	IF_EQUAL(SYS_##name, 4), LOAD(flags), IF_ANY(O_ACCMODE | O_CREAT | O_TRUNC, 1), \
	    FAIL(EACCES), RETURN(SECCOMP_RET_ALLOW)

enum {
	/* What later kernels have (fchmodat2, setxattrat) no list here could name. Those of x32 are
	 * above it, too. */
	LATER_CALLS = 451,
	OWN_PROCESS = 0x7ffffff1, /* a mark: see below */
};

static const struct sock_filter filter[] = {
	/* Numbers mean something else to another architecture's calls. */
	LOAD(arch),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
	FAIL(ENOSYS),
	LOAD(nr),
	IF_FROM(LATER_CALLS, 1),
	FAIL(ENOSYS),
#ifdef __x86_64__
	READ_ONLY(open, args[1]),
	REFUSE(creat),
	REFUSE(fork),
	REFUSE(vfork),
	REFUSE(rename),
	REFUSE(mkdir),
	REFUSE(rmdir),
	REFUSE(link),
	REFUSE(unlink),
	REFUSE(symlink),
	REFUSE(mknod),
	REFUSE(chmod),
	REFUSE(chown),
	REFUSE(lchown),
	REFUSE(utime),
	REFUSE(utimes),
	REFUSE(futimesat),
#endif
	READ_ONLY(openat, args[2]),
#ifdef SYS_openat2
	MISSING(openat2),
#endif
	REFUSE(open_by_handle_at),
	REFUSE(truncate),
#ifdef SYS_renameat
	REFUSE(renameat),
#endif
	REFUSE(renameat2),
	REFUSE(mkdirat),
	REFUSE(linkat),
	REFUSE(unlinkat),
	REFUSE(symlinkat),
	REFUSE(mknodat),
	/* Landlock says nothing about these. */
	REFUSE(fchmod),
	REFUSE(fchmodat),
	REFUSE(fchown),
	REFUSE(fchownat),
	REFUSE(utimensat),
	REFUSE(setxattr),
	REFUSE(lsetxattr),
	REFUSE(fsetxattr),
	REFUSE(removexattr),
	REFUSE(lremovexattr),
	REFUSE(fremovexattr),
	REFUSE(memfd_create),
	/* Programs and processes; threads are no processes. */
	REFUSE(execve),
	REFUSE(execveat),
	IF_EQUAL(SYS_clone, 4),
	LOAD(args[0]),
	IF_ANY(CLONE_THREAD, 1),
	RETURN(SECCOMP_RET_ALLOW),
	FAIL(EPERM),
#ifdef SYS_clone3
	MISSING(clone3),
#endif
	REFUSE(kill),
	REFUSE(tkill),
	REFUSE(rt_sigqueueinfo),
	REFUSE(rt_tgsigqueueinfo),
	/* raise(3) */
	IF_EQUAL(SYS_tgkill, 4),
	LOAD(args[0]),
	IF_EQUAL(OWN_PROCESS, 1),
	RETURN(SECCOMP_RET_ALLOW),
	FAIL(EPERM),
	REFUSE(ptrace),
	REFUSE(process_vm_readv),
	REFUSE(process_vm_writev),
	REFUSE(kcmp),
#ifdef SYS_pidfd_open
	REFUSE(pidfd_open),
#endif
#ifdef SYS_pidfd_send_signal
	REFUSE(pidfd_send_signal),
#endif
#ifdef SYS_pidfd_getfd
	REFUSE(pidfd_getfd),
#endif
	/* The network, and other processes by their sockets. */
	REFUSE(socket),
	REFUSE(socketpair),
	REFUSE(connect),
	REFUSE(bind),
	REFUSE(listen),
	REFUSE(accept),
	REFUSE(accept4),
	REFUSE(sendto),
	REFUSE(sendmsg),
	REFUSE(sendmmsg),
	/* Typing into the terminal, which the shell reads next. */
	IF_EQUAL(SYS_ioctl, 6),
	LOAD(args[1]),
	IF_EQUAL(TIOCSTI, 1),
	FAIL(EPERM),
	IF_EQUAL(TIOCLINUX, 1),
	FAIL(EPERM),
	RETURN(SECCOMP_RET_ALLOW),
/* Ways around a filter, and into the kernel. */
#ifdef SYS_io_uring_setup
	REFUSE(io_uring_setup),
	REFUSE(io_uring_enter),
	REFUSE(io_uring_register),
#endif
	REFUSE(bpf),
	REFUSE(perf_event_open),
	REFUSE(userfaultfd),
	REFUSE(add_key),
	REFUSE(request_key),
	REFUSE(keyctl),
	REFUSE(unshare),
	REFUSE(setns),
	REFUSE(mount),
	REFUSE(umount2),
	REFUSE(pivot_root),
#ifdef SYS_fsopen
	REFUSE(open_tree),
	REFUSE(move_mount),
	REFUSE(fsopen),
	REFUSE(fsmount),
	REFUSE(fspick),
#endif
#ifdef SYS_mount_setattr
	REFUSE(mount_setattr),
#endif
	REFUSE(chroot),
	REFUSE(init_module),
	REFUSE(finit_module),
	REFUSE(delete_module),
	REFUSE(kexec_load),
#ifdef SYS_kexec_file_load
	REFUSE(kexec_file_load),
#endif
	RETURN(SECCOMP_RET_ALLOW),
};

bool
confine_calls(void)
{
	struct sock_filter copy[ARRAY_SIZE(filter)];
	const struct sock_fprog program = { ARRAY_SIZE(copy), copy };

	memcpy(copy, filter, sizeof(filter));
	for (size_t i = 0; i < ARRAY_SIZE(copy); i++) {
		if (copy[i].code == (BPF_JMP | BPF_JEQ | BPF_K) && copy[i].k == OWN_PROCESS)
			copy[i].k = (uint32_t)getpid();
	}
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

#else

bool
confine_calls(void)
{
	return false;
}

#endif
