/* The system calls of NVIDIA's driver library when it starts (traced, driver 580), in a library of the same name.

   As in the real one, each of the first group is fatal and the second is tolerated. `stand_in.py` builds it. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define OS_CALL_FAILED 304

static char failed[200];

static int fail(const char *what) {
    snprintf(failed, sizeof failed, "%s: %s", what, strerror(errno));
    return OS_CALL_FAILED;
}

/* The words of the first fatal refusal. */
const char *stand_in_failed(void) { return failed; }

static pthread_barrier_t named;
static int naming;

static void *name_itself_and_rest(void *nothing) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%ld/comm", syscall(SYS_gettid));
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0) naming = fail(path);
    else if (write(file, "cuda00001400006", 15) < 0) naming = fail("the name of a thread");
    pthread_barrier_wait(&named);
    for (;;) pause();
    return nothing;
}

static int name_a_thread(void) {
    pthread_t thread;
    pthread_barrier_init(&named, NULL, 2);
    if (pthread_create(&thread, NULL, name_itself_and_rest, NULL)) return fail("a thread");
    pthread_barrier_wait(&named);
    return naming;
}

static int look_for_a_daemon(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/tmp/nvidia-mps/control"};
    int end = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (end < 0) return fail("socket");
    if (!connect(end, (struct sockaddr *)&address, sizeof address) || errno != ENOENT) return fail("connect");
    close(end);
    return 0;
}

static int listen_for_itself(void) {
    struct stat network;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (stat("/proc/self/ns/net", &network)) return fail("/proc/self/ns/net");
    int length = snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "cuda-uvmfd-%lu-%d",
                          (unsigned long)network.st_ino, getpid());
    int end = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (end < 0) return fail("socket");
    if (bind(end, (struct sockaddr *)&address, offsetof(struct sockaddr_un, sun_path) + 1 + length)) return fail("bind");
    if (listen(end, 16)) return fail("listen");
    return 0;
}

static int read_what_is_there(void) {
    static const char *files[] = {"/proc/driver/nvidia/params", "/proc/devices", "/proc/modules", "/proc/self/maps",
                                  "/sys/devices/system/memory/block_size_bytes"};
    for (unsigned place = 0; place < sizeof files / sizeof *files; place++) {
        char text[64];
        int file = open(files[place], O_RDONLY | O_CLOEXEC);
        if (file < 0 && errno != ENOENT) return fail(files[place]);
        if (file >= 0 && read(file, text, sizeof text) < 0) return fail(files[place]);
        close(file);
    }
    DIR *bus = opendir("/sys/bus/pci/devices");
    if (!bus && errno != ENOENT) return fail("/sys/bus/pci/devices");
    if (bus) closedir(bus);
    return 0;
}

int cuInit(unsigned flags) {
    int memory = syscall(SYS_memfd_create, "cuda", 1);      /* tolerated, as the two after it */
    if (memory >= 0) close(memory);
    chmod("/dev/nvidia0", 0666);
    (void)flags;
    int result = name_a_thread();
    if (!result) result = look_for_a_daemon();
    if (!result) result = listen_for_itself();
    if (!result) result = read_what_is_there();
    return result;
}

/* What CUDA's runtime asks for when it loads the driver: a version, and functions by name; of those it has only these. */
int cuDriverGetVersion(int *version) {
    *version = 13000;
    return 0;
}

int cuGetProcAddress_v2(const char *name, void **function, int version, unsigned long long flags, int *status) {
    (void)version, (void)flags;
    *function = !strcmp(name, "cuInit") ? (void *)cuInit
              : !strcmp(name, "cuDriverGetVersion") ? (void *)cuDriverGetVersion
              : strncmp(name, "cuGetProcAddress", 16) ? NULL : (void *)cuGetProcAddress_v2;
    if (status) *status = *function ? 0 : 1;
    return *function ? 0 : 500;
}
