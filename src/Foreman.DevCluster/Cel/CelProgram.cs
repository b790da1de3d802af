namespace Foreman.DevCluster.Cel;

/// <summary>An expression that was parsed and checked, ready to be evaluated any number of times.</summary>
internal sealed class CelProgram
{
    private readonly CelNode _root;
    private readonly CelFacts _facts;

    private CelProgram(CelNode root, CelFacts facts, CelType result)
    {
        _root = root;
        _facts = facts;
        Result = result;
    }

    /// <summary>Type of the result.</summary>
    public CelType Result { get; }

    /// <exception cref="CelException">It is no expression, or reads what is not there.</exception>
    public static CelProgram Compile(string text, IReadOnlyDictionary<string, CelType> variables)
    {
        var root = CelParser.Parse(text);
        var checker = new CelChecker(text, variables);
        var result = checker.Check(root);
        return new CelProgram(root, checker.Facts, result);
    }

    /// <summary>Whether the expression reads a variable.</summary>
    public bool Reads(string variable) => _facts.Variables.Contains(variable);

    /// <summary>An account for one evaluation.</summary>
    public CelRun Start(long limit) => new(limit, _facts.Patterns);

    /// <summary>The result, or the error that took its place.</summary>
    /// <exception cref="CelCostException">It costs more than the limit.</exception>
    public CelValue Evaluate(IReadOnlyDictionary<string, CelValue> variables, CelRun run) => new CelEvaluator(_facts, variables, run).Evaluate(_root);
}
