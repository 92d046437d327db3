/* What torch asks of a device apart from operations: memory, random numbers, streams that mean nothing. See `device.cpp`. */
#pragma once
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/detail/PrivateUse1HooksInterface.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <mutex>

namespace {

const c10::DeviceType TYPE = c10::DeviceType::PrivateUse1;
const c10::Device DEVICE(TYPE, 0);
const uint64_t OTHER_NUMBERS = 0x9E3779B97F4A7C15;   /* so that a seed does not give the processor's */

/* Memory: the processor's allocator, under another name. */

struct Memory final : c10::Allocator {
    c10::DataPtr allocate(size_t bytes) override {
        c10::DataPtr plain = c10::GetCPUAllocator()->allocate(bytes);
        void *data = plain.get();
        c10::DeleterFnPtr deleter = plain.get_deleter();
        return c10::DataPtr(data, plain.release_context(), deleter, DEVICE);
    }
    void copy_data(void *to, const void *from, size_t bytes) const override { default_copy_data(to, from, bytes); }
};
Memory memory;
REGISTER_ALLOCATOR(TYPE, &memory);

void let_go(void *kept) { delete static_cast<c10::Storage *>(kept); }

/* The same memory under the other name; what is returned keeps the one it comes from. */
c10::Storage renamed(const c10::Storage &storage, c10::Device device, c10::Allocator *allocator) {
    void *data = const_cast<void *>(storage.data());
    c10::DataPtr same(data, new c10::Storage(storage), &let_go, device);
    return c10::make_intrusive<c10::StorageImpl>(c10::StorageImpl::use_byte_size_t(), storage.nbytes(), std::move(same), allocator, true);
}

/* Random numbers: a generator of the device, with the engine of the processor's. */

struct Generator final : c10::GeneratorImpl {
    at::Generator engine = at::detail::createCPUGenerator(c10::default_rng_seed_val ^ OTHER_NUMBERS);
    uint64_t given = c10::default_rng_seed_val;
    Generator() : GeneratorImpl(DEVICE, c10::DispatchKeySet(c10::DispatchKey::PrivateUse1)) {}
    void set_current_seed(uint64_t seed) override { given = seed, engine.set_current_seed(seed ^ OTHER_NUMBERS); }
    uint64_t current_seed() const override { return given; }
    uint64_t seed() override { return given = engine.seed(); }
    void set_offset(uint64_t offset) override { engine.set_offset(offset); }
    uint64_t get_offset() const override { return engine.get_offset(); }
    void set_state(const c10::TensorImpl &state) override { engine.unsafeGetGeneratorImpl()->set_state(state); }
    c10::intrusive_ptr<c10::TensorImpl> get_state() const override { return engine.unsafeGetGeneratorImpl()->get_state(); }
    Generator *clone_impl() const override {
        auto *made = new Generator();
        made->engine = engine.clone(), made->given = given;
        return made;
    }
};

at::Generator &default_generator() {
    static at::Generator one = at::make_generator<Generator>();
    return one;
}

/* While it lives, the processor draws what a generator of the device gives. */
struct Draws {
    at::Generator ours;
    at::CPUGeneratorImpl *theirs = at::detail::getDefaultCPUGenerator().get<at::CPUGeneratorImpl>();
    std::unique_lock<std::recursive_mutex> lock;
    explicit Draws(at::Generator drawn) : ours(std::move(drawn)), lock(turn()) { exchange(); }
    ~Draws() { exchange(); }
    static std::recursive_mutex &turn() {
        static std::recursive_mutex one;
        return one;
    }
    void exchange() {
        auto *engine = static_cast<Generator *>(ours.unsafeGetGeneratorImpl())->engine.get<at::CPUGeneratorImpl>();
        at::mt19937 numbers = theirs->engine();
        auto single = theirs->next_float_normal_sample();
        auto twice = theirs->next_double_normal_sample();
        theirs->set_engine(engine->engine());
        theirs->set_next_float_normal_sample(engine->next_float_normal_sample());
        theirs->set_next_double_normal_sample(engine->next_double_normal_sample());
        engine->set_engine(numbers);
        engine->set_next_float_normal_sample(single);
        engine->set_next_double_normal_sample(twice);
    }
};

/* What torch asks of a device: everything happens at once and in order, so that streams and events mean nothing. */

struct Guard final : c10::impl::DeviceGuardImplInterface {
    c10::DeviceType type() const override { return TYPE; }
    c10::Device exchangeDevice(c10::Device) const override { return DEVICE; }
    c10::Device getDevice() const override { return DEVICE; }
    void setDevice(c10::Device) const override {}
    void uncheckedSetDevice(c10::Device) const noexcept override {}
    c10::Stream getStream(c10::Device) const noexcept override { return c10::Stream(c10::Stream::DEFAULT, DEVICE); }
    c10::Stream getNewStream(c10::Device, int) const override { return c10::Stream(c10::Stream::DEFAULT, DEVICE); }
    c10::Stream getDefaultStream(c10::Device) const override { return c10::Stream(c10::Stream::DEFAULT, DEVICE); }
    c10::Stream exchangeStream(c10::Stream) const noexcept override { return c10::Stream(c10::Stream::DEFAULT, DEVICE); }
    c10::DeviceIndex deviceCount() const noexcept override { return 1; }
    void record(void **, const c10::Stream &, const c10::DeviceIndex, const c10::EventFlag) const override {}
    void block(void *, const c10::Stream &) const override {}
    bool queryEvent(void *) const override { return true; }
    void destroyEvent(void *, const c10::DeviceIndex) const noexcept override {}
    void synchronizeEvent(void *) const override {}
    bool queryStream(const c10::Stream &) const override { return true; }
    void synchronizeStream(const c10::Stream &) const override {}
    void synchronizeDevice(const c10::DeviceIndex) const override {}
};
C10_REGISTER_GUARD_IMPL(PrivateUse1, Guard);

struct Hooks final : at::PrivateUse1HooksInterface {
    bool isBuilt() const { return true; }   /* not in each torch: so no `override` */
    bool isAvailable() const { return true; }
    bool hasPrimaryContext(c10::DeviceIndex) const override { return true; }
    c10::DeviceIndex deviceCount() const override { return 1; }
    void setCurrentDevice(c10::DeviceIndex) const override {}
    c10::DeviceIndex getCurrentDevice() const override { return 0; }
    c10::DeviceIndex exchangeDevice(c10::DeviceIndex) const override { return 0; }
    c10::DeviceIndex maybeExchangeDevice(c10::DeviceIndex) const override { return 0; }
    c10::Device getDeviceFromPtr(void *) const override { return DEVICE; }
    at::Allocator *getPinnedMemoryAllocator() const override { return c10::GetCPUAllocator(); }
    const at::Generator &getDefaultGenerator(c10::DeviceIndex) const override { return default_generator(); }
    at::Generator getNewGenerator(c10::DeviceIndex) const override { return at::make_generator<Generator>(); }
    void resizePrivateUse1Bytes(const c10::Storage &storage, size_t bytes) const override {
        c10::DataPtr fresh = memory.allocate(bytes);
        memory.copy_data(fresh.get(), storage.data(), std::min(bytes, storage.nbytes()));
        storage.unsafeGetStorageImpl()->set_data_ptr_noswap(std::move(fresh));
        storage.unsafeGetStorageImpl()->set_nbytes(bytes);
    }
};

const int registered = (at::RegisterPrivateUse1HooksInterface(new Hooks()), 0);

}  // namespace
