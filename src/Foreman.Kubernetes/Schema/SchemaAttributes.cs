namespace Foreman.Kubernetes.Schema;

/// <summary>Names a custom kind and how users address it; read by the CRD generator only.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CustomResourceAttribute : Attribute
{
    /// <summary>Short names for kubectl.</summary>
    public string[] ShortNames { get; init; } = [];

    /// <summary>Groups of kinds that kubectl lists together.</summary>
    public string[] Categories { get; init; } = [];

    /// <summary>Fields of the object that field selectors may use (JSON paths such as <c>.status.phase</c>).</summary>
    public string[] SelectableFields { get; init; } = [];

    /// <summary>Whether the kind has a status subresource.</summary>
    public bool HasStatus { get; init; } = true;
}

/// <summary>One column of <c>kubectl get</c>, in the order written.</summary>
/// <param name="name">Heading.</param>
/// <param name="type">OpenAPI type: <c>string</c>, <c>integer</c>, <c>boolean</c>, <c>date</c>.</param>
/// <param name="jsonPath">Path of the value.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath) : Attribute
{
    /// <summary>Heading.</summary>
    public string Name { get; } = name;

    /// <summary>OpenAPI type.</summary>
    public string Type { get; } = type;

    /// <summary>Path of the value.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>0 for always, 1 for <c>-o wide</c>.</summary>
    public int Priority { get; init; }
}

/// <summary>The field must be there.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RequiredAttribute : Attribute;

/// <summary>The value (or every item of a list of texts) must match the expression.</summary>
/// <param name="expression">RE2 expression.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Struct)]
public sealed class PatternAttribute(string expression) : Attribute
{
    /// <summary>RE2 expression.</summary>
    public string Expression { get; } = expression;
}

/// <summary>Smallest value allowed, inclusive.</summary>
/// <param name="minimum">The bound.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMinimumAttribute(long minimum) : Attribute
{
    /// <summary>The bound.</summary>
    public long Minimum { get; } = minimum;
}

/// <summary>Largest value allowed, inclusive.</summary>
/// <param name="maximum">The bound.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeMaximumAttribute(long maximum) : Attribute
{
    /// <summary>The bound.</summary>
    public long Maximum { get; } = maximum;
}

/// <summary>Bounds on the length of a text, a list or a map; -1 for none.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class LengthAttribute : Attribute
{
    /// <summary>Fewest characters or items; -1 for no bound.</summary>
    public int Min { get; init; } = -1;

    /// <summary>Most characters or items; -1 for no bound.</summary>
    public int Max { get; init; } = -1;

    /// <summary>Most characters of each item of a list of texts; -1 for no bound.</summary>
    public int EachMax { get; init; } = -1;
}

/// <summary>The value that the API server fills in, as JSON text.</summary>
/// <param name="json">For example <c>50</c>, <c>"local"</c> or <c>{"phase":"Pending"}</c>.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DefaultAttribute(string json) : Attribute
{
    /// <summary>The default as JSON text.</summary>
    public string Json { get; } = json;
}

/// <summary>Fields below are kept as they are, known or not.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PreserveUnknownFieldsAttribute : Attribute;

/// <summary>The list is a map by these keys (<c>x-kubernetes-list-type: map</c>).</summary>
/// <param name="keys">JSON names of the keys.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ListMapAttribute(params string[] keys) : Attribute
{
    /// <summary>JSON names of the keys.</summary>
    public string[] Keys { get; } = keys;
}

/// <summary>A CEL rule that the API server enforces on writes.</summary>
/// <param name="rule">CEL expression over <c>self</c> and <c>oldSelf</c>.</param>
/// <param name="message">The error message for the writer.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true, Inherited = false)]
public sealed class ValidationRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>CEL expression.</summary>
    public string Rule { get; } = rule;

    /// <summary>The error message for the writer.</summary>
    public string Message { get; } = message;
}

/// <summary>The known texts of a string enumeration are all that the CRD allows; without it, any text that fits its pattern is stored.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class ClosedAttribute : Attribute;

/// <summary>The values of the map are integers or texts (<c>x-kubernetes-int-or-string</c>), as quantities are.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class IntOrStringAttribute : Attribute;
