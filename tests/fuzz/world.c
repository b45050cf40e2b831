/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "world.h"

#include "base/env.h"
#include "pki/kdf.h"
#include "pki/key.h"
#include "ui/words.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	FILES_MAX = 32,
	FILES_MADE = 11, /* by the commands, and texts */
	NAME_MAX_HERE = 256,
	WORDS_MAX = 100,
	LINES_MAX = 12, /* of one input; more would only be slow */
	NOW = 1750000000,
	BITS_PER_BYTE = 8,
};

struct file {
	char name[NAME_MAX_HERE];
	struct buf bytes;
};

/* One process has one current folder. */
static struct {
	char path[NAME_MAX_HERE];
	int folder;    /* -1: not made yet */
	int elsewhere; /* where the process is between inputs */
	bool inside;   /* calls are taken over */
	bool touched;  /* a file may be another than it was */
	uint64_t random;
	struct file files[FILES_MAX];
	size_t count;
} world = { .folder = -1 };

/* What is to be there. Failing to make it is nothing that an input did. */
static void
need(bool is_so, const char *what)
{
	if (is_so)
		return;
	perror(what);
	_exit(1);
}

/* --- Calls that are taken over */

/* The names that --wrap gives. */
int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __real_openat(int folder, const char *path, int flags, ...);
int __wrap_openat(int folder, const char *path, int flags, ...);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_renameat2(int from_folder, const char *from, int to_folder, const char *to,
		     unsigned flags);
int __wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to,
		     unsigned flags);
int __real_link(const char *from, const char *to);
int __wrap_link(const char *from, const char *to);
int __real_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags);
int __real_unlinkat(int folder, const char *path, int flags);
int __wrap_unlinkat(int folder, const char *path, int flags);
int __real_unlink(const char *path);
int __wrap_unlink(const char *path);
ssize_t __real_read(int fd, void *to, size_t size);
ssize_t __wrap_read(int fd, void *to, size_t size);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
int __real_syncfs(int fd);
int __wrap_syncfs(int fd);
unsigned __wrap_confine(unsigned wanted);
enum rc __real_env_random(void *data, size_t size);
enum rc __wrap_env_random(void *data, size_t size);
enum rc __real_kdf_run(const struct kdf *kdf, struct span password, unsigned char *out);
enum rc __wrap_kdf_run(const struct kdf *kdf, struct span password, unsigned char *out);
enum rc __real_key_generate(struct key **key, const char *type, struct err *err);
enum rc __wrap_key_generate(struct key **key, const char *type, struct err *err);

/* True for a name in the scratch folder, or for all names between inputs. */
static bool
is_ours(const char *path)
{
	size_t size = strlen(world.path);

	if (!world.inside)
		return true;
	if (strncmp(path, world.path, size) == 0 && (!path[size] || path[size] == '/'))
		path += size + (path[size] == '/');
	while (strncmp(path, "./", 2) == 0)
		path += 2;
	if (!strchr(path, '/') && strcmp(path, "..") != 0)
		return true;
	errno = EACCES;
	return false;
}

static bool
may_change(const char *path)
{
	world.touched = true;
	return is_ours(path);
}

static bool
may_open(const char *path, int flags)
{
	return flags & (O_CREAT | O_WRONLY | O_RDWR) ? may_change(path) : is_ours(path);
}

int
__wrap_open(const char *path, int flags, ...)
{
	unsigned mode = 0;
	va_list list;

	va_start(list, flags);
	if (flags & O_CREAT)
		mode = va_arg(list, unsigned);
	va_end(list);
	return may_open(path, flags) ? __real_open(path, flags, mode) : -1;
}

/* A folder that is open is the scratch folder: there is no other. */
int
__wrap_openat(int folder, const char *path, int flags, ...)
{
	unsigned mode = 0;
	va_list list;

	va_start(list, flags);
	if (flags & O_CREAT)
		mode = va_arg(list, unsigned);
	va_end(list);
	return may_open(path, flags) ? __real_openat(folder, path, flags, mode) : -1;
}

int
__wrap_rename(const char *from, const char *to)
{
	return may_change(from) && may_change(to) ? __real_rename(from, to) : -1;
}

int
__wrap_renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags)
{
	if (!may_change(from) || !may_change(to))
		return -1;
	return __real_renameat2(from_folder, from, to_folder, to, flags);
}

int
__wrap_link(const char *from, const char *to)
{
	return may_change(from) && may_change(to) ? __real_link(from, to) : -1;
}

int
__wrap_linkat(int from_folder, const char *from, int to_folder, const char *to, int flags)
{
	if (!may_change(from) || !may_change(to))
		return -1;
	return __real_linkat(from_folder, from, to_folder, to, flags);
}

int
__wrap_unlinkat(int folder, const char *path, int flags)
{
	return may_change(path) ? __real_unlinkat(folder, path, flags) : -1;
}

int
__wrap_unlink(const char *path)
{
	return may_change(path) ? __real_unlink(path) : -1;
}

/* A terminal would wait, where standard error is one. */
ssize_t
__wrap_read(int fd, void *to, size_t size)
{
	if (!world.inside || fd != STDERR_FILENO)
		return __real_read(fd, to, size);
	errno = EBADF;
	return -1;
}

int
__wrap_fsync(int fd)
{
	return world.inside ? 0 : __real_fsync(fd);
}

int
__wrap_syncfs(int fd)
{
	return world.inside ? 0 : __real_syncfs(fd);
}

/* It would be for good. */
unsigned
__wrap_confine(unsigned wanted)
{
	(void)wanted;
	return 0;
}

/* The same for each input: xorshift. */
enum rc
__wrap_env_random(void *data, size_t size)
{
	unsigned char *to = data;

	for (size_t i = 0; i < size; i++) {
		world.random ^= world.random << 13;
		world.random ^= world.random >> 7;
		world.random ^= world.random << 17;
		to[i] = (unsigned char)(world.random >> BITS_PER_BYTE & 0xff);
	}
	return RC_OK;
}

/* As many iterations as the least; limits were looked at before. */
enum rc
__wrap_kdf_run(const struct kdf *kdf, struct span password, unsigned char *out)
{
	struct kdf cheap = *kdf;

	if (kdf->kind == KDF_SCRYPT && kdf->iterations > 1) {
		cheap.iterations = 2;
		cheap.block = kdf->block ? 1 : 0;
		cheap.parallel = kdf->parallel ? 1 : 0;
	} else if (kdf->iterations) {
		cheap.iterations = 1;
	}
	return __real_kdf_run(&cheap, password, out);
}

/* Whatever type is asked for becomes one that is made fast. */
enum rc
__wrap_key_generate(struct key **key, const char *type, struct err *err)
{
	enum rc rc = key_type_check(type, err);

	*key = NULL;
	if (!rc && strncmp(type, "rsa", 3) == 0)
		type = "ec:p256";
	return rc ? rc : __real_key_generate(key, type, err);
}

/* --- The folder */

static void
remove_all(void)
{
	DIR *dir = opendir(".");
	struct dirent *entry;

	need(dir != NULL, "scratch folder");
	while ((entry = readdir(dir)) != NULL) {
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			(void)__real_unlink(entry->d_name);
	}
	(void)closedir(dir);
}

static void
leave_for_good(void)
{
	if (fchdir(world.folder) == 0) {
		remove_all();
		(void)rmdir(world.path);
	}
	for (size_t i = 0; i < world.count; i++)
		buf_release(&world.files[i].bytes);
	need(fchdir(world.elsewhere) == 0, "folder");
}

static void
keep_file(const char *name)
{
	struct file *file = &world.files[world.count++];
	char bytes[4096];
	FILE *f = fopen(name, "rb");
	size_t size;

	need(world.count < FILES_MAX && f, name);
	(void)snprintf(file->name, sizeof(file->name), "%s", name);
	while ((size = fread(bytes, 1, sizeof(bytes), f)) > 0)
		buf_put(&file->bytes, SPAN_OF(bytes, size));
	(void)fclose(f);
}

static void
keep_all(void)
{
	DIR *dir = opendir(".");
	struct dirent *entry;

	need(dir != NULL, "scratch folder");
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] != '.')
			keep_file(entry->d_name);
	}
	(void)closedir(dir);
}

static void
put_file(const struct file *file)
{
	int fd = __real_open(file->name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	need(fd >= 0 && write(fd, file->bytes.data, file->bytes.size) == (ssize_t)file->bytes.size,
	     file->name);
	(void)close(fd);
}

static const struct {
	const char *name;
	const char *text;
} texts[] = {
	{ "pw", "secret12\n" },
	{ "rows.csv", "label,names,profile\none,one.example,server\ntwo,,client\n" },
	{ "script", "cert create three --profile client\ncert list\ncert show 'ca'\n" },
};

static void
put_text(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	need(f && fputs(text, f) >= 0 && fclose(f) == 0, name);
}

/* Cut at blanks. */
static const char *const commands[] = {
	"db create key.kdb --pass file:pw --stash",
	"db create ring.p12 --pass file:pw --stash",
	"cert create ca --profile ca --subject CN=ca -d key.kdb",
	"cert create web web.example --issuer ca -d key.kdb",
	"csr create asked asked.example --out asked.csr -d key.kdb",
	"cert export ca --out ca.pem -d key.kdb",
	"cert export web --with-key --out web.p12 --out-pass file:pw -d key.kdb",
	"cert copy ca web --to ring.p12 --to-pass stash -d key.kdb",
	"csr create asked asked.example --out - -d ring.p12",
};

/* Runs one of these. */
static void
make(const char *command)
{
	struct buf lines = BUF_INIT;

	for (const char *at = command; *at; at++)
		buf_put_byte(&lines, *at == ' ' ? '\n' : (unsigned char)*at);
	world_run_lines(words_run, "kyman", buf_span(&lines));
	buf_release(&lines);
}

static void
start(void)
{
	const char *tmp = getenv("TMPDIR");

	(void)snprintf(world.path, sizeof(world.path), "%s/kyman-fuzz-XXXXXX", tmp ? tmp : "/tmp");
	need(mkdtemp(world.path) != NULL, world.path);
	world.folder = __real_open(world.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	world.elsewhere = __real_open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	need(world.folder >= 0 && world.elsewhere >= 0, "folders");
	(void)atexit(leave_for_good);
	env_set_now(NOW);
	need(fchdir(world.folder) == 0, world.path);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		put_text(texts[i].name, texts[i].text);
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		make(commands[i]);
	need(fchdir(world.folder) == 0, world.path);
	keep_all();
	need(world.count == FILES_MADE, "the files to begin with");
	need(fchdir(world.elsewhere) == 0, "folder");
}

void
world_reset(void)
{
	static const uint64_t seed = UINT64_C(0x9e3779b97f4a7c15);

	world.random = seed;
	if (world.folder < 0)
		start();
	world.random = seed;
	if (!world.touched)
		return;
	need(fchdir(world.folder) == 0, world.path);
	remove_all();
	for (size_t i = 0; i < world.count; i++)
		put_file(&world.files[i]);
	need(fchdir(world.elsewhere) == 0, "folder");
	world.touched = false;
}

/* --- Running */

/* Standard input and output of a run; what they were stays in before. */
struct standard {
	int before[2];
	int input;
};

static void
standard_open(struct standard *s, struct span answers)
{
	int nowhere = __real_open("/dev/null", O_WRONLY | O_CLOEXEC);

	s->input = memfd_create("answers", MFD_CLOEXEC);
	need(s->input >= 0 && nowhere >= 0 &&
		 write(s->input, answers.data, answers.size) == (ssize_t)answers.size &&
		 lseek(s->input, 0, SEEK_SET) == 0,
	     "answers");
	for (int fd = 0; fd < 2; fd++)
		s->before[fd] = dup(fd);
	need(dup2(s->input, STDIN_FILENO) >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0, "descriptors");
	(void)close(nowhere);
}

static void
standard_close(struct standard *s)
{
	for (int fd = 0; fd < 2; fd++) {
		if (s->before[fd] >= 0)
			need(dup2(s->before[fd], fd) >= 0, "descriptors");
		else
			(void)close(fd);
		(void)close(s->before[fd]);
	}
	(void)close(s->input);
}

/* Text has no other control characters than line feeds. */
static void
check_text(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\n') || c == 0x7f)
			abort();
	}
}

struct printed {
	struct out out;
	char *text;
	size_t size;
};

static void
printed_open(struct printed *p)
{
	FILE *file = open_memstream(&p->text, &p->size);

	need(file != NULL, "memory");
	out_start(&p->out, file);
}

static void
printed_close(struct printed *p, bool is_text)
{
	out_flush(&p->out);
	(void)fclose(p->out.file);
	if (is_text)
		check_text(p->text, p->size);
	free(p->text);
}

void
world_run(world_front_fn *front, int argc, char **argv, struct span answers, bool is_text)
{
	static struct printed out;
	static struct printed notes;
	struct view view = { .out = &out.out, .notes = &notes.out };
	struct err err = ERR_INIT;
	struct standard standard;
	enum rc status = RC_OK;
	enum rc rc;

	standard_open(&standard, answers);
	printed_open(&out);
	printed_open(&notes);
	need(fchdir(world.folder) == 0, world.path);
	world.inside = true;
	rc = front(&view, argc, argv, &status, &err);
	world.inside = false;
	need(fchdir(world.elsewhere) == 0, "folder");
	if (rc && (err.rc != rc || !err.message[0]))
		abort();
	check_text(err.message, strlen(err.message));
	printed_close(&out, is_text);
	printed_close(&notes, true);
	standard_close(&standard);
}

/* Command lines as text, of which words are cut. */
struct lines {
	char *argv[WORDS_MAX + 1];
	char *text;
	char *rest; /* NULL: there is nothing more */
	char *end;
	char program[NAME_MAX_HERE];
};

static void
lines_open(struct lines *lines, const char *program, struct span data)
{
	lines->text = malloc(data.size + 1);
	need(lines->text != NULL, "memory");
	if (data.size)
		memcpy(lines->text, data.data, data.size);
	lines->end = lines->text + data.size;
	*lines->end = '\0';
	lines->rest = lines->text;
	(void)snprintf(lines->program, sizeof(lines->program), "%s", program);
	lines->argv[0] = lines->program;
}

/* Cuts one command line off; a word a line, up to an empty one. Returns how many words. */
static int
lines_take(struct lines *lines)
{
	int argc = 1;
	char *word;

	while (lines->rest && argc < WORDS_MAX) {
		word = strsep(&lines->rest, "\n");
		if (!*word)
			break;
		lines->argv[argc++] = word;
	}
	lines->argv[argc] = NULL;
	return argc;
}

void
world_run_lines(world_front_fn *front, const char *program, struct span data)
{
	struct lines lines;
	int argc;

	lines_open(&lines, program, data);
	for (int i = 0; lines.rest && i < LINES_MAX; i++) {
		argc = lines_take(&lines);
		world_run(front, argc, lines.argv, SPAN_NONE, false);
	}
	free(lines.text);
}

void
world_run_asked(world_front_fn *front, const char *program, struct span data)
{
	struct span answers = SPAN_NONE;
	struct lines lines;
	int argc;

	lines_open(&lines, program, data);
	argc = lines_take(&lines);
	if (lines.rest)
		answers = SPAN_OF(lines.rest, (size_t)(lines.end - lines.rest));
	world_run(front, argc, lines.argv, answers, false);
	free(lines.text);
}
