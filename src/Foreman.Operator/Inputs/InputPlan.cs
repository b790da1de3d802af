using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.Inputs;

/// <summary>A file that was found for an input: its content, or the host whose disk has it.</summary>
/// <param name="Index">Of the input in spec.payload.inputs.</param>
/// <param name="Content">The whole file; null when it stays on its host.</param>
/// <param name="Host">Name of the host; null when the content is here.</param>
internal sealed record FoundInput(int Index, byte[]? Content, string? Host);

/// <summary>Which tasks need files, and what is written into them. Pure.</summary>
internal static class InputPlan
{
    /// <summary>True for a task that waits for nothing but its files.</summary>
    /// <param name="task">Any task.</param>
    /// <param name="find">A task of the same namespace by its name; null when there is none.</param>
    public static bool IsDue(AgenticTask task, Func<string, AgenticTask?> find) =>
        task.Spec.Payload.Inputs is { Count: > 0 and <= TaskInput.MaxInputs } inputs
        && task.PhaseOrPending() == TaskPhase.Pending
        && task.Status.Attempt == 0
        && task.Metadata.DeletionTimestamp is null
        && task.Spec.Suspend != true
        && task.Spec.Cancel != true
        && inputs.Any(i => !i.IsFilled())
        && (task.Spec.DependsOn ?? []).All(name => find(name)?.SucceededOnTarget() == true);

    /// <summary>Bytes that contents may still take.</summary>
    public static long Room(IEnumerable<TaskInput> inputs) => TaskInput.MaxContentBytes - inputs.Sum(i => (long)(i.Content?.Length ?? 0));

    /// <summary>Why a file is not the one that was asked for; null when it is.</summary>
    public static string? Mismatch(TaskInput input, ReadOnlySpan<byte> content) =>
        input.Sha256 is { Length: > 0 } expected && Convert.ToHexStringLower(SHA256.HashData(content)) is var actual && actual != expected
            ? $"its SHA-256 is {actual} and not {expected}; correct sha256, or the file"
            : null;

    /// <summary>Where an input stands, for messages.</summary>
    public static string At(int index, TaskInput input) => string.Create(CultureInfo.InvariantCulture, $"spec.payload.inputs[{index}] (\"{input.Path}\")");

    /// <summary>Why a file does not fit into its task.</summary>
    public static string TooLarge(long bytes) => string.Create(
        CultureInfo.InvariantCulture, $"it has {bytes} bytes, and the files of a task may have {TaskInput.MaxContentBytes} together; make it smaller, or split the task");

    /// <summary>The write that puts files into a task that has never been assigned and whose spec has not changed since it was read.</summary>
    /// <param name="task">The task as it was read.</param>
    /// <param name="found">The files.</param>
    public static V1Patch Patch(AgenticTask task, IEnumerable<FoundInput> found)
    {
        var operations = new List<JsonPatchOperation>
        {
            JsonPatchOperation.Test("/metadata/uid", task.Uid()),
            JsonPatchOperation.Test("/metadata/generation", task.Metadata.Generation ?? 0),
            JsonPatchOperation.Test("/status/attempt", 0),
        };
        foreach (var file in found)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"/spec/payload/inputs/{file.Index}");
            operations.Add(file.Content is { } content
                ? JsonPatchOperation.Add($"{at}/content", JsonValue.Create(Convert.ToBase64String(content)))
                : JsonPatchOperation.Add($"{at}/host", JsonValue.Create(file.Host ?? "")));
        }

        return V1Patch.Json(operations);
    }
}
