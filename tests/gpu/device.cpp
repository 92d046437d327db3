/* A device of torch that stands in for a GPU: its memory is the processor's, its rules are CUDA's. `device.py` builds it, `torch_standin.py` loads it.

   An operation on it runs the processor's kernel on tensors that look at the same memory. Before that it is refused what CUDA refuses:
   a tensor of the processor beside one of the device (a single number excepted where CUDA excepts it), the processor's generator, products
   of whole numbers. Its random numbers are other ones than the processor's for the same seed, as on a GPU. */
#include "device.h"

#include <ATen/TensorOperators.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/convolution.h>
#include <ATen/ops/convolution_backward.h>
#include <torch/library.h>

#include <set>
#include <string>
#include <unordered_map>

namespace {

/* What CUDA refuses. */

bool is_ours(const at::Tensor &tensor) { return tensor.defined() && tensor.device().type() == TYPE; }

const std::set<std::string> INDEXING = {"aten::index", "aten::index_put", "aten::index_put_", "aten::_index_put_impl_",
                                        "aten::_unsafe_index", "aten::_unsafe_index_put"};
/* Beside those with the tag `pointwise`: a number of the processor may stand for a tensor. */
const std::set<std::string> NUMBERS_TAKEN = {"aten::where", "aten::masked_fill", "aten::masked_fill_", "aten::fill", "aten::fill_",
                                             "aten::copy", "aten::copy_", "aten::masked_scatter"};
const std::set<std::string> MIXING = {"aten::set_", "aten::_foreach_copy_", "aten::is_set_to"};
const std::set<std::string> PRODUCTS = {"aten::mm", "aten::addmm", "aten::addmm_", "aten::bmm", "aten::baddbmm", "aten::baddbmm_",
                                        "aten::mv", "aten::addmv", "aten::addmv_", "aten::dot", "aten::vdot", "aten::addbmm"};

void check_devices_of(const std::vector<at::Tensor> &tensors, bool numbers_taken) {
    bool any_ours = false, any_other = false;
    for (const at::Tensor &tensor : tensors) {
        if (!tensor.defined()) continue;
        any_ours |= is_ours(tensor);
        bool number = tensor.dim() == 0 && (numbers_taken || tensor.unsafeGetTensorImpl()->is_wrapped_number());
        any_other |= !is_ours(tensor) && !number;
    }
    TORCH_CHECK(!any_ours || !any_other, "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!");
}

void check_devices(const c10::OperatorHandle &op, const std::vector<at::Tensor> &alone, const std::vector<at::Tensor> &listed) {
    const std::string &name = op.schema().name();
    if (MIXING.count(name)) return;
    TORCH_CHECK(!INDEXING.count(name) || is_ours(alone.at(0)),
                "indices should be either on cpu or on the same device as the indexed tensor (cpu)");
    std::vector<at::Tensor> together = alone;
    if (!INDEXING.count(name)) together.insert(together.end(), listed.begin(), listed.end());
    check_devices_of(together, op.hasTag(at::Tag::pointwise) || NUMBERS_TAKEN.count(name) || INDEXING.count(name));
}

void check_products(const c10::OperatorHandle &op, const std::vector<at::Tensor> &tensors) {
    if (!PRODUCTS.count(op.schema().name())) return;
    for (const at::Tensor &tensor : tensors)
        if (tensor.defined() && c10::isIntegralType(tensor.scalar_type(), true))
            TORCH_CHECK_NOT_IMPLEMENTED(false, "\"", op.schema().name().substr(6), "_cuda\" not implemented for '", c10::toString(tensor.scalar_type()), "'");
}

/* An operation. */

at::Tensor shaped(at::Tensor made, const at::Tensor &like) {
    made.unsafeGetTensorImpl()->set_sizes_and_strides(like.sizes(), like.strides(), like.storage_offset());
    if (like.is_conj()) made._set_conj(true);
    if (like.is_neg()) made._set_neg(true);
    if (like.unsafeGetTensorImpl()->is_wrapped_number()) made.unsafeGetTensorImpl()->set_wrapped_number(true);
    return made;
}

struct Call {
    struct Lent {
        at::Tensor ours, theirs;
    };
    std::vector<Lent> lent;
    std::unordered_map<c10::StorageImpl *, c10::Storage> lent_storages, storages;   /* the processor's by ours, ours by the processor's */
    std::vector<at::Tensor> alone, listed;
    at::Generator generator = default_generator();
    bool on_device = false;

    c10::Storage lend(const c10::Storage &storage) {
        auto found = lent_storages.find(storage.unsafeGetStorageImpl());
        if (found != lent_storages.end()) return found->second;
        c10::Storage made = renamed(storage, c10::Device(c10::DeviceType::CPU), c10::GetCPUAllocator());
        lent_storages.emplace(storage.unsafeGetStorageImpl(), made);
        storages.emplace(made.unsafeGetStorageImpl(), storage);
        return made;
    }

    at::Tensor lend(const at::Tensor &tensor) {
        if (!is_ours(tensor)) return tensor;
        on_device = true;
        for (const Lent &pair : lent)
            if (pair.ours.is_same(tensor)) return pair.theirs;
        at::Tensor made = at::detail::make_tensor<c10::TensorImpl>(lend(tensor.storage()), c10::DispatchKey::CPU, tensor.dtype());
        lent.push_back({tensor, shaped(made, tensor)});
        return made;
    }

    void note(const c10::IValue &value) {
        if (value.isTensor()) alone.push_back(value.toTensor());
        if (value.isTensorList())
            for (const at::Tensor &tensor : value.toTensorVector()) listed.push_back(tensor);
        if (value.isOptionalTensorList())
            for (const std::optional<at::Tensor> &tensor : value.toOptionalTensorVector())
                if (tensor) listed.push_back(*tensor);
    }

    c10::IValue lend(const c10::IValue &value) {
        if (value.isTensor()) return lend(value.toTensor());
        if (value.isStorage()) return value.toStorage().device().type() == TYPE ? c10::IValue(lend(value.toStorage())) : value;
        if (value.isTensorList()) {
            c10::List<at::Tensor> made;
            for (const at::Tensor &tensor : value.toTensorVector()) made.push_back(lend(tensor));
            return made;
        }
        if (value.isOptionalTensorList()) {
            c10::List<std::optional<at::Tensor>> made;
            for (const std::optional<at::Tensor> &tensor : value.toOptionalTensorVector())
                made.push_back(tensor ? std::optional<at::Tensor>(lend(*tensor)) : tensor);
            return made;
        }
        if (value.isDevice() && value.toDevice().type() == TYPE) {
            on_device = true;
            return c10::Device(c10::DeviceType::CPU);
        }
        if (value.isGenerator() && value.toGenerator().defined()) {
            TORCH_CHECK(value.toGenerator().device().type() == TYPE, "Expected a 'cuda' device type for generator but found 'cpu'");
            generator = value.toGenerator();
            return c10::IValue();
        }
        return value;
    }

    c10::Storage taken(const c10::Storage &storage) {
        auto found = storages.find(storage.unsafeGetStorageImpl());
        if (found != storages.end()) return found->second;
        c10::Storage made = renamed(storage, DEVICE, &memory);
        storages.emplace(storage.unsafeGetStorageImpl(), made);
        return made;
    }

    at::Tensor take(const at::Tensor &tensor) {
        for (const Lent &pair : lent)
            if (pair.theirs.is_same(tensor)) return pair.ours;
        for (const at::Tensor &given : alone)
            if (given.is_same(tensor)) return tensor;
        if (!on_device || !tensor.defined() || tensor.device().type() != c10::DeviceType::CPU) return tensor;
        TORCH_CHECK_NOT_IMPLEMENTED(tensor.has_storage() && !tensor.is_quantized(), "the device that stands in for a GPU has dense tensors only");
        c10::Storage storage = taken(tensor.storage());
        for (const Lent &pair : lent)   /* a view of an ordinary tensor is one also in inference mode */
            if (pair.ours.storage().is_alias_of(storage)) {
                c10::DispatchKeySet keys = pair.ours.key_set() - c10::DispatchKeySet({c10::DispatchKey::Conjugate, c10::DispatchKey::Negative});
                return shaped(at::detail::make_tensor<c10::TensorImpl>(c10::TensorImpl::VIEW, std::move(storage), keys, tensor.dtype()), tensor);
            }
        return shaped(at::detail::make_tensor<c10::TensorImpl>(std::move(storage), c10::DispatchKey::PrivateUse1, tensor.dtype()), tensor);
    }

    c10::IValue take(const c10::IValue &value) {
        if (value.isTensor()) return take(value.toTensor());
        if (!value.isTensorList()) return value;
        c10::List<at::Tensor> made;
        for (const at::Tensor &tensor : value.toTensorVector()) made.push_back(take(tensor));
        return made;
    }

    /* What the kernel did to the tensors it was given besides writing numbers: other shapes, other or more memory. */
    void give_back() {
        for (auto &[ours, theirs] : lent_storages)
            if (theirs.data() != ours->data()) {
                c10::Storage now = renamed(theirs, DEVICE, &memory);
                ours->set_data_ptr_noswap(std::move(now.unsafeGetStorageImpl()->mutable_data_ptr()));
                ours->set_nbytes(theirs.nbytes());
            }
        for (Lent &pair : lent) {
            if (!pair.theirs.storage().is_alias_of(lent_storages.at(pair.ours.storage().unsafeGetStorageImpl())))
                pair.ours.unsafeGetTensorImpl()->set_storage_keep_dtype(taken(pair.theirs.storage()));
            bool same = pair.ours.sizes() == pair.theirs.sizes() && pair.ours.strides() == pair.theirs.strides();
            if (!same || pair.ours.storage_offset() != pair.theirs.storage_offset())
                pair.ours.unsafeGetTensorImpl()->set_sizes_and_strides(pair.theirs.sizes(), pair.theirs.strides(), pair.theirs.storage_offset());
        }
    }
};

void run_on_the_processor(const c10::OperatorHandle &op, torch::jit::Stack *stack) {
    Call call;
    size_t count = op.schema().arguments().size(), first = stack->size() - count;
    for (size_t place = 0; place < count; place++) call.note((*stack)[first + place]);
    check_devices(op, call.alone, call.listed);
    check_products(op, call.alone);
    for (size_t place = 0; place < count; place++) (*stack)[first + place] = call.lend((*stack)[first + place]);
    {
        std::optional<Draws> draws;
        if (op.hasTag(at::Tag::nondeterministic_seeded)) draws.emplace(call.generator);
        op.redispatchBoxed(c10::DispatchKeySet(c10::DispatchKey::CPU), stack);
    }
    size_t results = op.schema().returns().size();
    for (size_t place = stack->size() - results; place < stack->size(); place++) (*stack)[place] = call.take((*stack)[place]);
    call.give_back();
}

TORCH_LIBRARY_IMPL(_, PrivateUse1, library) {
    library.fallback(torch::CppFunction::makeFromBoxedFunction<&run_on_the_processor>());
}

/* By name, too: what torch composes of others would otherwise not come here as a whole, and be refused in other words. */
TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
    for (const c10::OperatorName &name : c10::Dispatcher::singleton().getAllOpNames()) {
        auto op = c10::Dispatcher::singleton().findOp(name);
        if (name.name.rfind("aten::", 0) || !op || !op->hasSchema() || !op->hasKernelForDispatchKey(c10::DispatchKey::CPU)) continue;
        std::string wanted = name.name.substr(6) + (name.overload_name.empty() ? "" : "." + name.overload_name);
        library.impl(wanted.c_str(), torch::CppFunction::makeFromBoxedFunction<&run_on_the_processor>());
    }
}

TORCH_LIBRARY_IMPL(_, AutocastPrivateUse1, library) { library.fallback(torch::CppFunction::makeFallthrough()); }

/* Operations that have no kernel of the processor under their name. */

at::Tensor copied(const at::Tensor &from, const at::Tensor &to, bool) {
    Call call;
    call.lend(to).copy_(call.lend(from));
    return to;
}

at::Tensor copied_and_resized(const at::Tensor &from, const at::Tensor &to) {
    const_cast<at::Tensor &>(to).resize_(from.sizes());
    return copied(from, to, false);
}

using Sizes = c10::SymIntArrayRef;

at::Tensor convolved(const at::Tensor &images, const at::Tensor &weight, const std::optional<at::Tensor> &bias, Sizes stride, Sizes padding,
                     Sizes dilation, bool transposed, Sizes output_padding, c10::SymInt groups) {
    auto type = [](const at::Tensor &tensor) { return std::string(is_ours(tensor) ? "torch.cuda." : "torch.") + c10::toString(tensor.scalar_type()) + "Tensor"; };
    TORCH_CHECK(type(images) == type(weight), "Input type (", type(images), ") and weight type (", type(weight), ") should be the same");
    check_devices_of({images, weight, bias.value_or(at::Tensor())}, false);
    Call call;
    std::optional<at::Tensor> lent = bias && bias->defined() ? std::optional<at::Tensor>(call.lend(*bias)) : std::nullopt;
    return call.take(at::convolution_symint(call.lend(images), call.lend(weight), lent, stride, padding, dilation, transposed, output_padding, groups));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolved_backward(const at::Tensor &given, const at::Tensor &images, const at::Tensor &weight,
                                                                  Sizes stride, Sizes padding, Sizes dilation, bool transposed,
                                                                  Sizes output_padding, c10::SymInt groups, std::array<bool, 3> wanted) {
    Call call;
    std::vector<c10::SymInt> bias_size = {given.sym_size(1)};
    auto [of_images, of_weight, of_bias] = at::convolution_backward_symint(call.lend(given), call.lend(images), call.lend(weight),
        c10::OptionalArrayRef<c10::SymInt>(bias_size), stride, padding, dilation, transposed, output_padding, groups, wanted);
    return {call.take(of_images), call.take(of_weight), call.take(of_bias)};
}

/* Cells of recurrent networks, which on a GPU are one operation each; their gradients follow from those of their steps. */

std::tuple<at::Tensor, at::Tensor> gru_cell(const at::Tensor &of_input, const at::Tensor &of_hidden, const at::Tensor &hidden,
                                            const std::optional<at::Tensor> &input_bias, const std::optional<at::Tensor> &hidden_bias) {
    auto from = (input_bias && input_bias->defined() ? of_input + *input_bias : of_input).chunk(3, 1);
    auto back = (hidden_bias && hidden_bias->defined() ? of_hidden + *hidden_bias : of_hidden).chunk(3, 1);
    at::Tensor reset = (from[0] + back[0]).sigmoid(), keep = (from[1] + back[1]).sigmoid();
    at::Tensor fresh = (from[2] + reset * back[2]).tanh();
    return {(hidden - fresh) * keep + fresh, fresh};
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> lstm_cell(const at::Tensor &of_input, const at::Tensor &of_hidden, const at::Tensor &cell,
                                                         const std::optional<at::Tensor> &input_bias, const std::optional<at::Tensor> &hidden_bias) {
    at::Tensor sum = of_input + of_hidden;
    if (input_bias && input_bias->defined()) sum = sum + *input_bias;
    if (hidden_bias && hidden_bias->defined()) sum = sum + *hidden_bias;
    auto gates = sum.chunk(4, 1);
    at::Tensor next = gates[1].sigmoid() * cell + gates[0].sigmoid() * gates[2].tanh();
    return {gates[3].sigmoid() * next.tanh(), next, sum};
}

/* `parameter.data = parameter.to(device)` keeps the parameter the same object, as on a GPU. */
bool may_become(const at::Tensor &tensor, const at::Tensor &other) {
    auto plain = [](const at::Tensor &one) { return one.layout() == c10::kStrided && (is_ours(one) || one.is_cpu()); };
    return plain(tensor) && plain(other);
}

/* These are made of steps that have gradients of their own. */
void register_composed(torch::Library &library) {
    library.impl("_thnn_fused_gru_cell", &gru_cell);
    library.impl("_thnn_fused_lstm_cell", &lstm_cell);
    library.impl("_has_compatible_shallow_copy_type", &may_become);
}
TORCH_LIBRARY_IMPL(aten, AutogradPrivateUse1, library) { register_composed(library); }
TORCH_LIBRARY_IMPL(aten, Conjugate, library) { library.impl("_copy_from", torch::CppFunction::makeFallthrough()); }
TORCH_LIBRARY_IMPL(aten, Negative, library) { library.impl("_copy_from", torch::CppFunction::makeFallthrough()); }

TORCH_LIBRARY_IMPL(aten, PrivateUse1, library) {
    library.impl("_copy_from", &copied);
    library.impl("_copy_from_and_resize", &copied_and_resized);
    library.impl("convolution", &convolved);
    library.impl("convolution_backward_overrideable", &convolved_backward);
    register_composed(library);
}

}  // namespace

extern "C" void stand_in_seed(uint64_t seed) { default_generator().set_current_seed(seed); }
