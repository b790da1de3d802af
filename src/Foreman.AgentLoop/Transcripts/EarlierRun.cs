using System.Security.Cryptography;
using System.Text;
using Foreman.Api;
using Foreman.Tools.Workspaces;

namespace Foreman.AgentLoop.Transcripts;

/// <summary>
/// What an earlier attempt of a task left: its records up to the last one whose effects are all stored, and the files that
/// they made. A run goes on from it over the task's base.
/// </summary>
public sealed class EarlierRun
{
    private readonly IReadOnlyList<TranscriptRecord> _records;
    private readonly Func<ContentRef, byte[]> _read;
    private readonly Dictionary<string, FileEffect> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FileEffect> _directories = new(StringComparer.Ordinal);

    private EarlierRun(RunStarted started, IReadOnlyList<TranscriptRecord> records, ResumePoint point, Func<ContentRef, byte[]> read)
    {
        (Started, _records, Point, _read) = (started, records, point, read);
        foreach (var effect in records.SelectMany(Effects))
        {
            if (effect.Directory == true)
            {
                _directories[effect.Path] = effect;
                continue;
            }

            // A tool that only writes leaves a file the mode that it had.
            var mode = effect.Mode ?? (effect.ShaBefore is null || effect.ShaAfter is null ? null : _files.GetValueOrDefault(effect.Path)?.Mode);
            _files[effect.Path] = effect with { Mode = mode };
        }
    }

    /// <summary>The attempt, and its turns that are taken over; at least one.</summary>
    public ResumePoint Point { get; }

    /// <summary>Commit that the attempt began at; null when it began with an empty workspace.</summary>
    public string? BaseCommit => Started.BaseCommit;

    /// <summary>The first message of the user, whole; null when the records have none.</summary>
    public string? Prompt => _records.OfType<MessageSent>().FirstOrDefault(m => m is { Role: "user", Turn: 0 })?.Content;

    /// <summary>Why the attempt did without the text of its issue; null when it had it, or needed none.</summary>
    public string? IssueError => Started.IssueError;

    /// <summary>What the attempt depended on.</summary>
    internal RunStarted Started { get; }

    /// <summary>What can be gone on from.</summary>
    /// <param name="uid">UID of the task.</param>
    /// <param name="attempt">Number of the attempt that left the records.</param>
    /// <param name="records">In order, with their large texts in place; files of effects may stand beside.</param>
    /// <param name="read">Reads a content that stands beside the records; throws <see cref="TranscriptException"/> when it is not there or damaged.</param>
    /// <param name="hasEnded">True when the attempt came to an end of its own: then nothing is to be gone on with.</param>
    /// <returns>Null when there is nothing to go on from.</returns>
    public static EarlierRun? From(string uid, long attempt, IEnumerable<TranscriptRecord> records, Func<ContentRef, byte[]> read, out bool hasEnded)
    {
        hasEnded = false;
        var (kept, turn, started, isWhole, isCut) = (new List<TranscriptRecord>(), 0, (RunStarted?)null, true, false);
        foreach (var record in records)
        {
            switch (record)
            {
                case RunStarted first when started is null:
                    if (first.TaskUid != uid || first.Attempt != attempt || first.Format > TranscriptRecord.CurrentFormat)
                    {
                        return null;
                    }

                    (started, isWhole) = (first, first.ResumedFrom is null);
                    continue;

                case RunEnded ended:
                    hasEnded = ended.Result?.FailureReason is not { } reason || !reason.IsInfrastructure();
                    continue;

                // What follows was said of files that can't be had any more.
                case var _ when isCut:
                    continue;

                case RunResumed:
                    isWhole = true;
                    break;

                case ModelAnswered answer:
                    turn = answer.Turn + 1;
                    break;
            }

            isCut = record is ToolReturned { EffectsIncomplete: true } || !Effects(record).All(e => Workspace.CanRestore(e.Path) && IsStored(e, read));
            if (!isCut && record is MessageSent or ModelAnswered or ToolIntended or ToolReturned or HistoryCompacted or PromptRefused or ImagesRefused or RunResumed)
            {
                kept.Add(record);
            }
        }

        // A copy that was not finished has less than the attempt that it was made from.
        return started is null || !isWhole || hasEnded || turn == 0 ? null : new EarlierRun(started, kept, new ResumePoint { Attempt = attempt, Turn = turn }, read);
    }

    /// <summary>The records that are taken over, with the system message of the attempt that goes on.</summary>
    /// <param name="systemPrompt">It may be another one: an edited Agent counts from its next attempt on.</param>
    internal IEnumerable<TranscriptRecord> Records(string systemPrompt) =>
        _records.Select(r => r is MessageSent { Role: "system", Turn: 0 } system ? system with { Content = systemPrompt } : r);

    /// <summary>A record with the files of its effects in place.</summary>
    internal TranscriptRecord Whole(TranscriptRecord record) => record is ToolReturned { Effects: { } effects } result && effects.Any(e => e.ContentRef is not null)
        ? result with { Effects = [.. effects.Select(e => e.ContentRef is { } beside ? e with { Bytes = _read(beside), ContentRef = null } : e)] }
        : record;

    /// <summary>Makes the files, directories and links of the workspace as they were at the end of the records.</summary>
    /// <param name="workspace">It holds the task's base and nothing else.</param>
    /// <exception cref="WorkspaceException">A file can't be written.</exception>
    /// <exception cref="TranscriptException">A content is gone.</exception>
    internal void Restore(Workspace workspace)
    {
        var files = _files.Values.OrderBy(e => e.Path, StringComparer.Ordinal).ToList();
        var directories = _directories.Values.OrderBy(e => e.Path, StringComparer.Ordinal).ToList();
        // A file may stand where a directory was, with files that are gone now.
        foreach (var gone in files.Where(f => f is { ShaAfter: null, Link: null }))
        {
            workspace.Remove(gone.Path);
        }

        // What is inside stands behind in the order of the paths.
        foreach (var gone in directories.Where(d => d.Mode is null).Reverse())
        {
            workspace.RemoveDirectory(gone.Path);
        }

        foreach (var made in directories.Where(d => d.Mode is not null))
        {
            workspace.RestoreDirectory(made.Path);
        }

        foreach (var file in files.Where(f => f.ShaAfter is not null))
        {
            workspace.Restore(file.Path, ContentOf(file, _read), file.Mode);
        }

        foreach (var link in files.Where(f => f is { ShaAfter: null, Link: not null }))
        {
            workspace.RestoreLink(link.Path, link.Link!);
        }

        foreach (var made in directories.Where(d => d.Mode is not null).Reverse())
        {
            workspace.RestoreMode(made.Path, made.Mode!.Value);
        }
    }

    private static IEnumerable<FileEffect> Effects(TranscriptRecord record) => (record as ToolReturned)?.Effects?.OfType<FileEffect>() ?? [];

    private static bool IsStored(FileEffect effect, Func<ContentRef, byte[]> read)
    {
        try
        {
            return effect.ShaAfter is null ? effect.Link is null || Workspace.CanRestoreLink(effect.Link) : Convert.ToHexStringLower(SHA256.HashData(ContentOf(effect, read))) == effect.ShaAfter;
        }
        catch (TranscriptException)
        {
            return false;
        }
    }

    private static byte[] ContentOf(FileEffect effect, Func<ContentRef, byte[]> read) =>
        effect.ContentRef is { } beside ? read(beside) : effect.Bytes ?? Encoding.UTF8.GetBytes(effect.Content ?? "");
}
