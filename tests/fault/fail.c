/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into kyman as it is, this library makes one call of it fail, be cut short, or be its
 * last. The calls of main and of what it calls are counted, those of the libraries too; not those
 * that the C library makes inside itself. The environment says what to do:
 *   FAULT_CALLS    kinds of calls, with commas between: see kinds below
 *   FAULT_AT       the number of the call, from 1
 *   FAULT_DO       kill, short (half of what was asked for), or an error number
 *   FAULT_ON       set: all calls after that one fail too
 *   FAULT_EARLY    set: what runs before main is counted too
 *   FAULT_COUNT    a file that takes the number of calls counted, eight bytes, kept up to date
 *   FAULT_LOG      a file that takes a line for each call that changes files: see engine.py */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum kind {
	MEMORY,
	OPEN,
	READ,
	WRITE,
	SYNC,
	RENAME,
	UNLINK,
	TRUNCATE,
	LOCK,
	RANDOM,
	MODE,
	CLOSE,
	KINDS,
};

enum verdict { PASS, FAIL, SHORT };

static const char *const kinds[KINDS] = {
	"memory", "open",     "read", "write",  "sync", "rename",
	"unlink", "truncate", "lock", "random", "mode", "close",
};

static bool wanted[KINDS];
static bool go_on;
static bool kills;
static bool cuts;
static int error_number;
static uint64_t at;
static int log_fd = -1;
static atomic_bool counting;
static uint64_t own_count;
static uint64_t *count = &own_count;

/* The next library's function of this name. */
static void
find(void *function, const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	memcpy(function, &found, sizeof(found));
}

#define REAL(type, name, ...)             \
	static type (*real)(__VA_ARGS__); \
	if (!real)                        \
	find(&real, name)

static bool
names_kind(const char *list, const char *kind)
{
	size_t size = strlen(kind);
	const char *found = strstr(list, kind);

	return found && (found == list || found[-1] == ',') && (!found[size] || found[size] == ',');
}

/* The system's own calls: those of the program must not be counted for it. */
static int
raw_open(const char *path, int flags)
{
	return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

static void
share_count(const char *path)
{
	int fd = raw_open(path, O_RDWR | O_CREAT);
	void *shared;

	if (fd < 0 || syscall(SYS_ftruncate, fd, sizeof(*count)) != 0)
		abort();
	shared = (void *)syscall(SYS_mmap, NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED,
				 fd, 0);
	if (shared == MAP_FAILED)
		abort();
	(void)syscall(SYS_close, fd);
	count = shared;
	*count = 0;
}

/* At the first call that finds an environment: those of other libraries' constructors come before
 * our own would. */
static void
set_up(void)
{
	const char *calls = getenv("FAULT_CALLS");
	const char *what = getenv("FAULT_DO");
	const char *number = getenv("FAULT_AT");

	for (size_t i = 0; calls && i < KINDS; i++)
		wanted[i] = names_kind(calls, kinds[i]);
	kills = what && strcmp(what, "kill") == 0;
	cuts = what && strcmp(what, "short") == 0;
	error_number = what && !kills && !cuts ? atoi(what) : 0;
	at = number ? strtoull(number, NULL, 10) : 0;
	go_on = getenv("FAULT_ON") != NULL;
	if (getenv("FAULT_COUNT"))
		share_count(getenv("FAULT_COUNT"));
	if (getenv("FAULT_LOG"))
		log_fd = raw_open(getenv("FAULT_LOG"), O_WRONLY | O_CREAT | O_APPEND);
	if (getenv("FAULT_EARLY"))
		atomic_store(&counting, true);
}

/* What becomes of this call. */
static enum verdict
judge(enum kind kind)
{
	static atomic_flag is_set_up = ATOMIC_FLAG_INIT;
	uint64_t *counter;
	uint64_t now;

	if (environ && !atomic_flag_test_and_set(&is_set_up))
		set_up();
	/* A program that wipes its memory when it ends wipes ours, too. */
	counter = count;
	if (!counter || !atomic_load(&counting) || !wanted[kind])
		return PASS;
	now = __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
	if (!at || now < at || (now > at && !go_on))
		return PASS;
	if (kills)
		(void)syscall(SYS_kill, getpid(), SIGKILL);
	if (cuts)
		return SHORT;
	errno = error_number;
	return FAIL;
}

static size_t
cut(enum verdict verdict, size_t size)
{
	return verdict == SHORT && size > 1 ? size / 2 : size;
}

static void __attribute__((format(printf, 1, 2))) note(const char *format, ...)
{
	char line[2 * 4096 + 64];
	int error = errno;
	va_list list;
	int size;

	if (log_fd >= 0 && atomic_load(&counting)) {
		va_start(list, format);
		size = vsnprintf(line, sizeof(line), format, list);
		va_end(list);
		if (size < 0 || size >= (int)sizeof(line) ||
		    syscall(SYS_write, log_fd, line, size) != size)
			abort();
	}
	errno = error;
}

/* What was written, in pieces that a line has room for. */
static void
note_bytes(int fd, const unsigned char *data, size_t size)
{
	enum { PIECE = 2048 };
	static const char digits[] = "0123456789abcdef";
	char hex[2 * PIECE + 1];
	size_t i;

	while (log_fd >= 0 && size > 0) {
		for (i = 0; i < size && i < PIECE; i++) {
			hex[2 * i] = digits[data[i] >> 4];
			hex[2 * i + 1] = digits[data[i] & 15];
		}
		hex[2 * i] = '\0';
		note("write\t%d\t%s\n", fd, hex);
		data += i;
		size -= i;
	}
}

/* ---- crashes ------------------------------------------------------------------------------ */

/* Says whose code it was that crashed: the C library's and ours are called by others. */
static void
on_crash(int number)
{
	enum { FRAMES = 32 };
	void *frames[FRAMES];
	const char *name = "?";
	Dl_info info;
	int n;

	atomic_store(&counting, false);
	n = backtrace(frames, FRAMES);

	for (int i = 1; i < n; i++) {
		if (!dladdr(frames[i], &info) || !info.dli_fname)
			continue;
		name = strrchr(info.dli_fname, '/') ? strrchr(info.dli_fname, '/') + 1
						    : info.dli_fname;
		if (strncmp(name, "libc.", 5) != 0 && strncmp(name, "fail.", 5) != 0)
			break;
	}
	(void)dprintf(STDERR_FILENO, "\nfault: crash in %s\n", name);
	(void)signal(number, SIG_DFL);
	(void)raise(number);
}

static bool
is_crash(int number)
{
	return number == SIGSEGV || number == SIGBUS || number == SIGABRT;
}

/* The program's own handlers of these are left out: other tests look at what they do. */
int
sigaction(int number, const struct sigaction *new, struct sigaction *old)
{
	REAL(int, "sigaction", int, const struct sigaction *, struct sigaction *);

	if (atomic_load(&counting) && is_crash(number) && new &&new->sa_handler != SIG_DFL)
		return 0;
	return real(number, new, old);
}

static void
catch_crashes(void)
{
	struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_NODEFER };
	void *frame;

	/* The first time it loads a library. */
	(void)backtrace(&frame, 1);
	(void)sigaction(SIGSEGV, &action, NULL);
	(void)sigaction(SIGBUS, &action, NULL);
	(void)sigaction(SIGABRT, &action, NULL);
}

/* ---- where counting begins ---------------------------------------------------------------- */

static int (*program)(int, char **, char **);

static int
counted_main(int argc, char **argv, char **environment)
{
	catch_crashes();
	atomic_store(&counting, true);
	return program(argc, argv, environment);
}

int __libc_start_main(int (*start)(int, char **, char **), int argc, char **argv,
		      void (*init)(void), void (*fini)(void), void (*loader_fini)(void),
		      void *stack_end);

int
__libc_start_main(int (*start)(int, char **, char **), int argc, char **argv, void (*init)(void),
		  void (*fini)(void), void (*loader_fini)(void), void *stack_end)
{
	REAL(int, "__libc_start_main", int (*)(int, char **, char **), int, char **, void (*)(void),
	     void (*)(void), void (*)(void), void *);

	program = start;
	return real(counted_main, argc, argv, init, fini, loader_fini, stack_end);
}

/* ---- memory ------------------------------------------------------------------------------- */

void *
malloc(size_t size)
{
	REAL(void *, "malloc", size_t);

	return judge(MEMORY) ? NULL : real(size);
}

void *
calloc(size_t n, size_t size)
{
	REAL(void *, "calloc", size_t, size_t);

	return judge(MEMORY) ? NULL : real(n, size);
}

void *
realloc(void *old, size_t size)
{
	REAL(void *, "realloc", void *, size_t);

	return judge(MEMORY) ? NULL : real(old, size);
}

void *
reallocarray(void *old, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(old, bytes);
}

void *
mmap(void *where, size_t size, int protection, int flags, int fd, off_t offset)
{
	REAL(void *, "mmap", void *, size_t, int, int, int, off_t);

	return judge(MEMORY) ? MAP_FAILED : real(where, size, protection, flags, fd, offset);
}

void *
mmap64(void *where, size_t size, int protection, int flags, int fd, off64_t offset)
{
	return mmap(where, size, protection, flags, fd, offset);
}

/* ---- files -------------------------------------------------------------------------------- */

static int
open_at(int folder, const char *path, int flags, mode_t mode)
{
	int fd;

	REAL(int, "openat", int, const char *, int, ...);

	if (judge(OPEN))
		return -1;
	fd = real(folder, path, flags, mode);
	if (fd >= 0)
		note("open\t%d\t%d\t%s\n", fd, flags, path);
	return fd;
}

#define OPEN_MODE(mode, flags)                                                       \
	do {                                                                         \
		va_list list;                                                        \
		va_start(list, flags);                                               \
		(mode) = (flags) & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
		va_end(list);                                                        \
	} while (0)

int
open(const char *path, int flags, ...)
{
	mode_t mode;

	OPEN_MODE(mode, flags);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
open64(const char *path, int flags, ...)
{
	mode_t mode;

	OPEN_MODE(mode, flags);
	return open_at(AT_FDCWD, path, flags, mode);
}

int
openat(int folder, const char *path, int flags, ...)
{
	mode_t mode;

	OPEN_MODE(mode, flags);
	return open_at(folder, path, flags, mode);
}

FILE *
fopen(const char *path, const char *mode)
{
	REAL(FILE *, "fopen", const char *, const char *);

	return judge(OPEN) ? NULL : real(path, mode);
}

ssize_t
read(int fd, void *to, size_t size)
{
	enum verdict verdict = judge(READ);

	REAL(ssize_t, "read", int, void *, size_t);

	return verdict == FAIL ? -1 : real(fd, to, cut(verdict, size));
}

ssize_t
pread(int fd, void *to, size_t size, off_t offset)
{
	enum verdict verdict = judge(READ);

	REAL(ssize_t, "pread", int, void *, size_t, off_t);

	return verdict == FAIL ? -1 : real(fd, to, cut(verdict, size), offset);
}

ssize_t
write(int fd, const void *from, size_t size)
{
	enum verdict verdict = judge(WRITE);
	ssize_t put;

	REAL(ssize_t, "write", int, const void *, size_t);

	put = verdict == FAIL ? -1 : real(fd, from, cut(verdict, size));
	if (put > 0)
		note_bytes(fd, from, (size_t)put);
	return put;
}

int
fsync(int fd)
{
	int result;

	REAL(int, "fsync", int);

	result = judge(SYNC) ? -1 : real(fd);
	if (!result)
		note("sync\t%d\n", fd);
	return result;
}

int
fdatasync(int fd)
{
	int result;

	REAL(int, "fdatasync", int);

	result = judge(SYNC) ? -1 : real(fd);
	if (!result)
		note("sync\t%d\n", fd);
	return result;
}

int
ftruncate(int fd, off_t size)
{
	int result;

	REAL(int, "ftruncate", int, off_t);

	result = judge(TRUNCATE) ? -1 : real(fd, size);
	if (!result)
		note("truncate\t%d\t%lld\n", fd, (long long)size);
	return result;
}

int
rename(const char *from, const char *to)
{
	int result;

	REAL(int, "rename", const char *, const char *);

	result = judge(RENAME) ? -1 : real(from, to);
	if (!result)
		note("rename\t%s\t%s\n", from, to);
	return result;
}

int
renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned int flags)
{
	int result;

	REAL(int, "renameat2", int, const char *, int, const char *, unsigned int);

	result = judge(RENAME) ? -1 : real(from_folder, from, to_folder, to, flags);
	if (!result)
		note("rename\t%s\t%s\n", from, to);
	return result;
}

int
link(const char *from, const char *to)
{
	int result;

	REAL(int, "link", const char *, const char *);

	result = judge(RENAME) ? -1 : real(from, to);
	if (!result)
		note("link\t%s\t%s\n", from, to);
	return result;
}

int
unlink(const char *path)
{
	int result;

	REAL(int, "unlink", const char *);

	result = judge(UNLINK) ? -1 : real(path);
	if (!result)
		note("unlink\t%s\n", path);
	return result;
}

int
flock(int fd, int operation)
{
	REAL(int, "flock", int, int);

	return judge(LOCK) ? -1 : real(fd, operation);
}

int
fchmod(int fd, mode_t mode)
{
	REAL(int, "fchmod", int, mode_t);

	return judge(MODE) ? -1 : real(fd, mode);
}

int
fchown(int fd, uid_t user, gid_t group)
{
	REAL(int, "fchown", int, uid_t, gid_t);

	return judge(MODE) ? -1 : real(fd, user, group);
}

/* Closed it is, whatever is said. */
int
close(int fd)
{
	bool fails = judge(CLOSE) == FAIL;
	int error = errno;
	int result;

	REAL(int, "close", int);

	result = real(fd);
	note("close\t%d\n", fd);
	if (fails)
		errno = error;
	return fails ? -1 : result;
}

ssize_t
getrandom(void *to, size_t size, unsigned int flags)
{
	enum verdict verdict = judge(RANDOM);

	REAL(ssize_t, "getrandom", void *, size_t, unsigned int);

	return verdict == FAIL ? -1 : real(to, cut(verdict, size), flags);
}
