using System.Text;

namespace Foreman.Testing.Faults;

/// <summary>Repeats, swaps and replays the events of a watch, and ends it with 410: a line in, none or some out.</summary>
internal sealed class EventShaper
{
    private readonly int? _expireAfter;
    private readonly int? _duplicate;
    private readonly int? _reorder;
    private readonly int? _replay;
    private string? _first;
    private string? _held;
    private int _events;

    public EventShaper(IReadOnlyList<Fault> faults)
    {
        _expireAfter = faults.OfType<Fault.ExpireWatch>().FirstOrDefault()?.AfterEvents;
        _duplicate = faults.OfType<Fault.DuplicateEvents>().FirstOrDefault()?.Every;
        _reorder = faults.OfType<Fault.ReorderEvents>().FirstOrDefault()?.Every;
        _replay = faults.OfType<Fault.ReplayEvents>().FirstOrDefault()?.Every;
    }

    /// <summary>True when nothing more follows.</summary>
    public bool Expired => _expireAfter is { } after && _events >= after;

    /// <summary>What is sent when an event comes.</summary>
    public IEnumerable<byte[]> Take(string line)
    {
        if (line.Length == 0)
        {
            return [];
        }

        _first ??= line;
        _events++;
        if (_held is null && _reorder is { } swap && _events % swap == 0)
        {
            _held = line;
            return [];
        }

        List<string> lines = [line];
        if (_held is { } held)
        {
            lines.Add(held);
            _held = null;
        }

        if (_duplicate is { } twice && _events % twice == 0)
        {
            lines.Add(line);
        }

        if (_replay is { } again && _events % again == 0)
        {
            lines.Add(_first);
        }

        return lines.Select(Bytes);
    }

    /// <summary>What is sent when the watch ends.</summary>
    public IEnumerable<byte[]> End()
    {
        if (_held is { } held)
        {
            yield return Bytes(held);
        }

        if (Expired)
        {
            yield return StatusBody.ExpiredEvent();
        }
    }

    private static byte[] Bytes(string line) => Encoding.UTF8.GetBytes(line + "\n");
}
