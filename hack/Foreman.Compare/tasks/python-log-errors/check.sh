python3 -c "from parse import count; assert count(['WARN INFO', 'INFOX', '', 'ERROR']) == {'INFO': 0, 'WARN': 1, 'ERROR': 1}"
