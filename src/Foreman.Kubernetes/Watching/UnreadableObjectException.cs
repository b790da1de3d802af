namespace Foreman.Kubernetes;

/// <summary>
/// An object can't be decoded as its kind. A <see cref="Reflector{T}"/> goes on with all others; the store keeps the last
/// decodable version, if any, until the object is fixed or deleted.
/// </summary>
public sealed class UnreadableObjectException : Exception
{
    internal UnreadableObjectException(ResourceType type, ObjectKey key, string problem)
        : base($"the {type.Kind} `{key}` on the server can't be read and is left as it was last known: {problem}; mend or delete it")
    {
        Key = key;
    }

    /// <summary>The object.</summary>
    public ObjectKey Key { get; }
}
