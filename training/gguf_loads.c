/* Says of each file named on standard input whether llama.cpp loads it: "1 path" or "0 path reason".
 * cc training/gguf_loads.c -I include -I ggml/include -o loads libllama.so libggml.so libggml-base.so; ./loads BACKENDS */
#include "llama.h"
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
static char last[4096];
static void log_(enum ggml_log_level level, const char *text, void *user) {
    (void)user;
    if (level == GGML_LOG_LEVEL_ERROR && !strstr(text, "failed to load model")) { snprintf(last, sizeof last, "%s", text); }
}
int main(int count, char **arguments) {
    char path[4096];
    llama_log_set(log_, NULL);
    if (count > 1) ggml_backend_load_all_from_path(arguments[1]);
    llama_backend_init();
    while (fgets(path, sizeof path, stdin)) {
        path[strcspn(path, "\n")] = 0;
        fflush(stdout);
        pid_t child = fork();
        if (!child) {
            struct llama_model_params p = llama_model_default_params();
            p.no_alloc = true; p.load_mode = LLAMA_LOAD_MODE_NONE; p.n_gpu_layers = 0;
            struct llama_model *m = llama_model_load_from_file(path, p);
            for (char *c = last; *c; c++) if (*c == '\n') *c = ' ';
            printf("%d %s %s\n", m != NULL, path, last);
            fflush(stdout);
            _exit(0);
        }
        int status; waitpid(child, &status, 0);
        if (!WIFEXITED(status)) printf("0 %s crashed\n", path);
        fflush(stdout);
    }
    return 0;
}
