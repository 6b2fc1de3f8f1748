// The same small operators as C++ calls them, to stand beside calls from C#.
#include <ATen/ATen.h>

extern "C" __attribute__((visibility("default"))) void direct_add(int32_t count) {
    static const at::Tensor a = at::ones({2, 3}), b = at::ones({2, 3});
    for (int32_t i = 0; i < count; ++i) at::add(a, b);
}

extern "C" __attribute__((visibility("default"))) void direct_add_in_place(int32_t count) {
    static at::Tensor a = at::zeros({2, 3}), b = at::ones({2, 3});
    for (int32_t i = 0; i < count; ++i) a.add_(b);
}
