using System.Collections;

namespace Foreman.DevCluster.Errors;

/// <summary>
/// The field errors of one object, a hundred at most, and the work spent to find them: an object that is wrong everywhere costs
/// little more than one that is wrong once.
/// </summary>
/// <param name="onlyReason">The one reason to collect; null for all.</param>
internal sealed class FieldErrors(string? onlyReason = null) : IReadOnlyList<FieldError>
{
    /// <summary>Most errors that are told.</summary>
    public const int Limit = 100;

    /// <summary>Most work of one validation: a second or two.</summary>
    private const long MaxWork = 20_000_000;

    private readonly List<FieldError> _errors = [];
    private long _work;
    private long _before;
    private int _limit = Limit;

    public int Count => _errors.Count;

    /// <summary>True when further errors are dropped, so that looking for them is pointless.</summary>
    public bool IsFull => _errors.Count >= _limit;

    /// <summary>True for those of an alternative that need not hold: whether there are any is all that is asked.</summary>
    public bool IsBranch => _limit == 1;

    /// <summary>The work that was counted so far.</summary>
    public long Work => _work - _before;

    public FieldError this[int index] => _errors[index];

    public void Add(FieldError error)
    {
        if (!IsFull && (onlyReason is null || error.Reason == onlyReason))
        {
            _errors.Add(error);
        }
    }

    public void AddRange(IEnumerable<FieldError> errors)
    {
        foreach (var error in errors.Take(Limit))
        {
            Add(error);
        }
    }

    /// <summary>Counts work whose cost depends on the schema and the object together.</summary>
    /// <exception cref="ApiException">413 when it is too much.</exception>
    public void Charge(long work)
    {
        _work += work;
        if (_work > MaxWork)
        {
            throw ApiErrors.TooMuchWork("to check the object against its schema");
        }
    }

    /// <summary>Errors of an alternative that need not hold, under the same bound of work.</summary>
    public FieldErrors Branch() => new() { _work = _work, _before = _work, _limit = 1 };

    public IEnumerator<FieldError> GetEnumerator() => _errors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
