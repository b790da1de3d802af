using System.Globalization;
using System.Security.Cryptography;
using Foreman.Api;
using Foreman.Tools.Workspaces;

namespace Foreman.Runner.Stages;

/// <summary>
/// Puts the files of spec.payload.inputs into the workspace: they are part of the base that a run begins with, here or when it
/// goes on elsewhere. Run again, it writes the same files.
/// </summary>
internal sealed class InputsStage(TaskInputs inputs, RunnerOptions options) : IStage
{
    /// <inheritdoc/>
    public string Name => "inputs";

    /// <inheritdoc/>
    public string? OutsideEffect(RunRecord record) => InputsOf(record) is { Count: > 0 and var count }
        ? string.Create(CultureInfo.InvariantCulture, $"writes {count} files into {record.Workspace}")
        : null;

    /// <inheritdoc/>
    public async Task<StageResult> RunAsync(RunRecord record, Action<TaskProgress> reportProgress, CancellationToken stop)
    {
        if (InputsOf(record) is not { Count: > 0 } files)
        {
            return new StageResult.Next(record);
        }

        try
        {
            using var workspace = Workspace.Open(record.Workspace!);
            foreach (var (index, input) in files.Index())
            {
                stop.ThrowIfCancellationRequested();
                var content = Checked(index, input, input.Content ?? await FromDiskAsync(record.Attempt, index, input, stop).ConfigureAwait(false));
                FileTransfer.Put(workspace, input.Path, content, overwrite: true);
            }
        }
        catch (WorkspaceException e) when (DiskFaults.SaysFull(e.Message))
        {
            return new StageResult.Done(WorkReport.DiskFull($"a disk of the host is full: {e.Message}. Make room there"));
        }
        catch (WorkspaceException e)
        {
            throw new StageException(FailureReason.ConstraintViolated, $"the files of spec.payload.inputs can't be put into {record.Workspace}: {e.Message}");
        }

        return new StageResult.Next(record);
    }

    private static IReadOnlyList<TaskInput>? InputsOf(RunRecord record) => record.Attempt.Task.Spec.Payload.Inputs;

    private static string At(int index, TaskInput input) => string.Create(CultureInfo.InvariantCulture, $"spec.payload.inputs[{index}] (\"{input.Path}\")");

    private static byte[] Checked(int index, TaskInput input, byte[] content) =>
        input.Sha256 is not { Length: > 0 } expected || Convert.ToHexStringLower(SHA256.HashData(content)) == expected
            ? content
            : throw new StageException(FailureReason.ConstraintViolated, $"{At(index, input)}: its SHA-256 is not {expected}. Correct sha256, or the file, and create the task anew");

    // The path on the disk is made from the names of the task, never taken from a status, which other hosts write.
    private async Task<byte[]> FromDiskAsync(Attempt attempt, int index, TaskInput input, CancellationToken stop)
    {
        if (input.FromTask is not { } from || input.Host is not { Length: > 0 } host)
        {
            throw new StageException(FailureReason.Unsupported, $"{At(index, input)}: the operator has put no file into the task. Run an operator of this release");
        }

        if (host != options.NodeName)
        {
            throw new StageException(FailureReason.UpstreamFailed, $"{At(index, input)}: the file is on the disk of {host}, and this is {options.NodeName}");
        }

        var upstream = await inputs.TaskAsync(attempt, from.Name, stop).ConfigureAwait(false);
        if (upstream is null || ResultFiles.Read(upstream.Status.Result).Find(from.Path) is not { } listed)
        {
            throw Gone(index, input, from, "that task no longer lists it");
        }

        var folder = WorkspaceFolder.PathOf(options.WorkspaceRoot, new Attempt(upstream, ""));
        if (!Directory.Exists(folder))
        {
            throw Gone(index, input, from, $"its workspace {folder} is gone");
        }

        using var workspace = Workspace.Open(folder);
        var content = FileTransfer.TryRead(workspace, from.Path, TaskInput.MaxBytesOnHost) ?? throw Gone(index, input, from, $"it is no longer in {folder}");
        return Convert.ToHexStringLower(SHA256.HashData(content)) == listed.Sha256
            ? content
            : throw Gone(index, input, from, $"the one in {folder} is no longer what that task delivered");
    }

    private static StageException Gone(int index, TaskInput input, TaskFileReference from, string why) => new(
        FailureReason.UpstreamFailed, $"{At(index, input)}: \"{from.Path}\" of task {from.Name} can't be had: {why}. Create that task again and then this one");
}
