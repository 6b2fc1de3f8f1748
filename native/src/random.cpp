#include <ATen/ATen.h>

#include "compat.h"
#include "guard.h"
#include "handles.h"

using namespace equipoise;

eq_status eq_generator_new(uint64_t seed, eq_generator* out) {
    return guard([&] {
        at::Generator generator = at::detail::createCPUGenerator(seed);
        *out = reinterpret_cast<eq_generator>(generator.unsafeReleaseGeneratorImpl());
    });
}

eq_status eq_generator_state(eq_generator generator, eq_tensor* out) {
    return guard([&] {
        at::Generator borrowed = borrow(generator);
        std::lock_guard<std::mutex> lock(borrowed.mutex());
        *out = give(borrowed.get_state());
    });
}

eq_status eq_generator_set_state(eq_generator generator, eq_tensor state) {
    return guard([&] {
        at::Generator borrowed = borrow(generator);
        std::lock_guard<std::mutex> lock(borrowed.mutex());
        borrowed.set_state(borrow(state).cpu());
    });
}

void eq_generator_free(eq_generator generator) {
    if (generator == nullptr) return;
    guard([&] { c10::intrusive_ptr<c10::GeneratorImpl>::reclaim(reinterpret_cast<c10::GeneratorImpl*>(generator)); });
}

eq_status eq_seed_default(uint64_t seed) {
    return guard([&] { at::manual_seed(seed); });
}
