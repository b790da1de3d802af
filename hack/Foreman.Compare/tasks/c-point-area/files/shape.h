struct point {
    double x;
    double y;
};

double area(const struct point *points, int count);
