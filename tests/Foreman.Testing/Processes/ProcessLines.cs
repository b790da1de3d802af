using System.Text.RegularExpressions;

namespace Foreman.Testing;

/// <summary>What a process wrote, line by line, with a signal for each change.</summary>
internal sealed class ProcessLines
{
    private readonly Lock _gate = new();
    private readonly List<(string Text, bool Error)> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _openStreams = 2;

    public bool Complete
    {
        get
        {
            lock (_gate)
            {
                return _openStreams == 0;
            }
        }
    }

    /// <summary>Adds a line; null means that the stream has ended.</summary>
    public void Add(string? line, bool error)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (line is null)
            {
                _openStreams--;
            }
            else
            {
                _lines.Add((line, error));
            }

            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    /// <summary>The first match from a line on, where to go on looking, and what completes at the next change.</summary>
    public (Match? Found, int Next, Task Changed) Find(string pattern, int from)
    {
        lock (_gate)
        {
            for (var i = from; i < _lines.Count; i++)
            {
                if (Regex.Match(_lines[i].Text, pattern) is { Success: true } match)
                {
                    return (match, i + 1, Task.CompletedTask);
                }
            }

            return (null, _lines.Count, _openStreams == 0 ? Task.CompletedTask : _changed.Task);
        }
    }

    public string Text(bool? error)
    {
        lock (_gate)
        {
            return string.Concat(_lines.Where(l => error is null || l.Error == error).Select(l => l.Text + "\n"));
        }
    }
}
